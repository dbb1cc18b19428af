import type { ReactNode } from "react";
import { PRODUCT } from "../../lib/product";
import { Mark } from "./Mark";
import styles from "./Card.module.css";

interface CardProps {
  title: string;
  children: ReactNode;
}

/** A page without the shell: one card in the middle, for signing in and what comes with it. */
export function Card({ title, children }: CardProps) {
  return (
    <main className={styles.page}>
      <div className={styles.column}>
        <div className={styles.brand}>
          <Mark size={28} />
          <span>{PRODUCT}</span>
        </div>
        <section className={styles.card} aria-labelledby="card-title">
          <h1 id="card-title">{title}</h1>
          {children}
        </section>
      </div>
    </main>
  );
}
