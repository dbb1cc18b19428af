import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ownAccessQuery } from "../../api/access";
import { meQuery } from "../../api/me";
import { Fact, Facts } from "../../components/data/Facts";
import { PageHead } from "../../components/shell/PageHead";
import sheet from "../../components/shell/Sheet.module.css";
import { t } from "../../lib/i18n";
import { useTitle } from "../../lib/useTitle";
import { AccessList } from "../admin/AccessList";
import { ROLES } from "../users/columns";
import styles from "./Account.module.css";
import { LookCard } from "./LookCard";
import { SessionsCard } from "./SessionsCard";
import { TokensCard } from "./TokensCard";

/** Who one is, where one is signed in, with what scripts come in, what one may do. */
export function AccountPage() {
  useTitle(t("account.title"));
  const me = useSuspenseQuery(meQuery).data;
  const access = useQuery(ownAccessQuery);
  return (
    <>
      <PageHead title={t("account.title")} />
      <div className={styles.cards}>
        <section className={sheet.card} aria-labelledby="profile">
          <h2 id="profile">{t("account.profile")}</h2>
          <Facts>
            <Fact name={t("signin.username")} value={me.username} copied={me.username} />
            <Fact name={t("users.email")} value={me.email} />
            <Fact name={t("users.role")}>{t(ROLES[me.role])}</Fact>
            <Fact name={t("users.signsIn")} value={me.identity_source} />
            {me.identity_source === "local" && (
              <Fact name={t("signin.password")}>
                <Link to="/password">{t("password.change")}</Link>
              </Fact>
            )}
          </Facts>
        </section>
        <LookCard />
        <SessionsCard />
        {/* The account of the configuration has none. */}
        {me.identity_source !== "static" && <TokensCard />}
        <section className={sheet.card} aria-labelledby="access">
          <h2 id="access">{t("account.access")}</h2>
          <AccessList query={access} />
        </section>
      </div>
    </>
  );
}
