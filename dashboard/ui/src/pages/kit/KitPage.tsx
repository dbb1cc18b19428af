import { Download, Plus, RefreshCw, Trash2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { ApiError } from "../../api/error";
import { Button, IconButton } from "../../components/controls/Button";
import { Copy } from "../../components/controls/Copy";
import { Field, Select } from "../../components/controls/Field";
import { FilterField } from "../../components/controls/FilterField";
import { PasswordField } from "../../components/controls/PasswordField";
import { Tabs } from "../../components/controls/Tabs";
import { FileIcon } from "../../components/data/FileIcon";
import { Progress } from "../../components/data/Progress";
import { Sparkline } from "../../components/data/Sparkline";
import { Badge, StatusDot, type Tone } from "../../components/data/Status";
import { Time } from "../../components/data/Time";
import { Banner } from "../../components/feedback/Banner";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ErrorState } from "../../components/feedback/ErrorState";
import { Toasts } from "../../components/feedback/Toasts";
import { MenuButton } from "../../components/layers/MenuButton";
import { showToast } from "../../lib/toasts";
import { KitGrid } from "./KitGrid";
import styles from "./Kit.module.css";

const KitDialog = lazy(() => import("./KitDialog"));

const TONES: readonly Tone[] = ["ok", "info", "warn", "err", "neutral"];
const PROBES = [8, 12, 9, 30, 0, 0, 14, 11].map((value) => ({ value, isFailed: value === 0 }));
const REFUSAL = new ApiError({
  status: 502,
  code: "backend_error",
  message: "The backend did not answer in time.",
  requestId: "01K9Z6EXAMPLE",
});
const FORBIDDEN = new ApiError({ status: 403, code: "forbidden", message: "You may not do this." });

/** Every component in its states, in both themes side by side; only in development builds. */
export function KitPage() {
  return (
    <main className={styles.kit}>
      <h1 className="visually-hidden">Components</h1>
      {(["light", "dark"] as const).map((theme) => (
        <section key={theme} className={styles.theme} data-kit={theme} aria-label={theme}>
          <Controls />
          <Facts />
          <States />
          <Layers />
          <Part name="Grid">
            <KitGrid label={`Grid, ${theme}`} />
          </Part>
        </section>
      ))}
      <Toasts />
    </main>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.part}>
      <h2>{name}</h2>
      <div className={styles.row}>{children}</div>
    </div>
  );
}

function Controls() {
  const [text, setText] = useState("");
  const [tab, setTab] = useState("one");
  return (
    <>
      <Part name="Buttons">
        {(["primary", "default", "quiet", "danger"] as const).map((kind) => (
          <Button key={kind} kind={kind} icon={<Plus size={16} aria-hidden />}>
            {kind}
          </Button>
        ))}
        <Button disabled>disabled</Button>
        <Button pending>pending</Button>
        <IconButton label="Refresh">
          <RefreshCw size={16} aria-hidden />
        </IconButton>
        <Copy text="copied" label="Copy" />
      </Part>
      <Part name="Fields">
        <Field label="Name" hint="A hint." value={text} onChange={(e) => setText(e.target.value)} />
        <Field label="Name" problem="This is what is wrong." defaultValue="Not-Valid" />
        <PasswordField label="Password" autoComplete="off" />
        <Select label="Role">
          <option>User</option>
        </Select>
        <FilterField label="Filter by name" value={text} onChange={setText} />
      </Part>
      <Part name="Tabs">
        <Tabs
          label="Tabs"
          tabs={["one", "two", "three"].map((id) => ({ id, label: id }))}
          chosen={tab}
          onChoose={setTab}
        >
          <p>{tab}</p>
        </Tabs>
      </Part>
    </>
  );
}

function Facts() {
  return (
    <>
      <Part name="States in a word">
        {TONES.map((tone) => (
          <StatusDot key={tone} tone={tone}>
            {tone}
          </StatusDot>
        ))}
        {TONES.map((tone) => (
          <Badge key={tone} tone={tone}>
            {tone}
          </Badge>
        ))}
      </Part>
      <Part name="Figures">
        <Sparkline label="Latency of 8 probes, 2 failed" points={PROBES} capacity={20} />
        <Progress label="Upload" done={43} total={100} />
        <Progress label="Upload" done={80} total={100} tone="warn" />
        <Time at="2026-05-01T12:00:00Z" />
        {["a.png", "a.csv", "a.json", "a.zip", "a.mp4", "a.bin"].map((name) => (
          <FileIcon key={name} kind="object" name={name} />
        ))}
        <FileIcon kind="folder" name="photos" />
      </Part>
    </>
  );
}

function States() {
  return (
    <>
      <Part name="Banners">
        {(["ok", "info", "warn", "err"] as const).map((tone) => (
          <Banner key={tone} tone={tone}>
            What happened, what it means, what to do.
          </Banner>
        ))}
      </Part>
      <Part name="Empty, failed, forbidden">
        <EmptyState title="Nothing here" text="One sentence." action={<Button>Create</Button>} />
        <ErrorState error={REFUSAL} onRetry={() => undefined} />
        <ErrorState error={FORBIDDEN} />
      </Part>
    </>
  );
}

function Layers() {
  const [isOpen, setOpen] = useState(false);
  return (
    <Part name="Layers">
      <MenuButton
        label="Actions"
        onAction={() => undefined}
        entries={[
          { id: "a", text: "Download", icon: <Download aria-hidden /> },
          { id: "b", text: "Chosen", isChosen: true },
          { id: "c", text: "Delete", icon: <Trash2 aria-hidden />, isDanger: true, section: "" },
        ]}
      >
        <Plus size={16} aria-hidden />
      </MenuButton>
      <Button onClick={() => setOpen(true)}>Open dialog</Button>
      <Button onClick={() => showToast({ tone: "ok", text: "Done" })}>Good news</Button>
      <Button onClick={() => showToast({ tone: "err", text: "Failed", requestId: "01K9Z6" })}>
        Bad news
      </Button>
      <Suspense>{isOpen && <KitDialog onClose={() => setOpen(false)} />}</Suspense>
    </Part>
  );
}
