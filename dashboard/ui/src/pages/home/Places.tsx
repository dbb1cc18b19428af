import { Link } from "@tanstack/react-router";
import { Database, Folder, PinOff } from "lucide-react";
import { useState } from "react";
import type { Backend, Pin } from "../../api/schema.gen";
import { Button, IconButton } from "../../components/controls/Button";
import { t } from "../../lib/i18n";
import { visibleName } from "../../lib/keys";
import { clearRecents, readRecents, type Recent } from "../../lib/recents";
import { usePins } from "../buckets/usePins";
import styles from "./Overview.module.css";

interface PinnedPlacesProps {
  pins: readonly Pin[];
  backends: readonly Backend[];
}

/** The buckets that one has pinned; one whose backend is gone says so and can only be let go. */
export function PinnedPlaces({ pins, backends }: PinnedPlacesProps) {
  if (pins.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="home-pinned">
      <h2 id="home-pinned">{t("rail.pinned")}</h2>
      <ul>
        {pins.map((pin) => (
          <PinnedPlace
            key={`${pin.backend_id}/${pin.bucket}`}
            pin={pin}
            backend={backends.find(({ id }) => id === pin.backend_id)}
          />
        ))}
      </ul>
    </section>
  );
}

function PinnedPlace({ pin, backend }: { pin: Pin; backend: Backend | undefined }) {
  const { pin: change } = usePins(pin.backend_id);
  const place = { backend: pin.backend_id, bucket: pin.bucket, prefix: "" };
  return (
    <li className={styles.row}>
      {backend === undefined ? (
        <span className={styles.link} data-gone="true">
          <Words place={place} backend={t("home.gone", { name: pin.backend_id })} />
        </span>
      ) : (
        <PlaceLink place={place} backend={backend.name} />
      )}
      <IconButton
        label={t("home.unpin", { name: pin.bucket })}
        onClick={() => change(pin.bucket, false)}
      >
        <PinOff size={14} aria-hidden />
      </IconButton>
    </li>
  );
}

interface RecentPlacesProps {
  user: string;
  backends: readonly Backend[];
}

/** What was opened last in this browser, where its backend is still there. */
export function RecentPlaces({ user, backends }: RecentPlacesProps) {
  const [recents, setRecents] = useState(() => readRecents(user));
  const known = recents.flatMap((place) => {
    const backend = backends.find(({ id }) => id === place.backend);
    return backend === undefined ? [] : [{ place, backend }];
  });
  if (known.length === 0) return null;
  const clear = () => {
    clearRecents(user);
    setRecents([]);
  };
  return (
    <section className={styles.section} aria-labelledby="home-recent">
      <div className={styles.head}>
        <h2 id="home-recent">{t("home.recent")}</h2>
        <Button kind="quiet" onClick={clear}>
          {t("home.clearRecent")}
        </Button>
      </div>
      <ul>
        {known.map(({ place, backend }) => (
          <li key={`${place.backend}/${place.bucket}/${place.prefix}`} className={styles.row}>
            <PlaceLink place={place} backend={backend.name} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function PlaceLink({ place, backend }: { place: Recent; backend: string }) {
  return (
    <Link
      to="/b/$backend/$bucket"
      params={{ backend: place.backend, bucket: place.bucket }}
      search={place.prefix === "" ? {} : { prefix: place.prefix }}
      className={styles.link}
    >
      <Words place={place} backend={backend} />
    </Link>
  );
}

function Words({ place: { bucket, prefix }, backend }: { place: Recent; backend: string }) {
  const Icon = prefix === "" ? Database : Folder;
  const name = visibleName(prefix === "" ? bucket : `${bucket}/${prefix}`);
  return (
    <>
      <span className={styles.name}>
        <Icon size={16} aria-hidden />
        <span title={name}>{name}</span>
      </span>
      <span className={styles.note}>{backend}</span>
    </>
  );
}
