import { sqlMigration } from '../migration.ts'

/** A mail is there until it was sent. It is not tried again before `due_at`: nobody else has it in hand then. */
export const mailMigration = sqlMigration(
  '0006_shop_outgoing_mails',
  `create table shop.outgoing_mails (
    id uuid primary key,
    recipient text not null,
    subject text not null,
    body text not null,
    attempts int not null default 0,
    due_at timestamptz not null,
    created_at timestamptz not null
  );
  create index outgoing_mails_by_time on shop.outgoing_mails (due_at)`,
)
