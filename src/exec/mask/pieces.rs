//! Which parts of a value are secret by themselves.

use super::forms;
use zeroize::Zeroizing;

/// Longer patterns are cut into parts of this many bytes, each of which is looked for: then no more than this is ever
/// kept back, and a part of a long secret is masked as well.
const LONGEST: usize = 1024;
/// Longer values are looked for in fewer forms, line by line: with all of them they would take much memory.
const LONG: usize = 1 << 14;

/// Words that say nothing where they are a value, and much where they are not. Compared in lower case.
const COMMON: &[&str] = &[
    "",
    "0",
    "1",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "null",
    "nil",
    "none",
    "undefined",
    "enabled",
    "disabled",
    "default",
    "localhost",
    "127.0.0.1",
    "0.0.0.0",
    "::1",
    "localhost.localdomain",
    "admin",
    "root",
    "user",
    "guest",
    "username",
    "password",
    "secret",
    "public",
    "private",
    "internal",
    "external",
    "development",
    "production",
    "staging",
    "testing",
    "test",
    "preproduction",
    "local",
    "info",
    "debug",
    "warning",
    "warn",
    "error",
    "critical",
    "verbose",
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "sqlite",
    "mongodb",
    "redis",
    "snowflake",
    "bigquery",
    "redshift",
    "databricks",
    "clickhouse",
    "duckdb",
    "filesystem",
    "require",
    "required",
    "disable",
    "prefer",
    "verify-ca",
    "verify-full",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-central-1",
    "europe-west1",
    "us-central1",
    "service_account",
    "authorized_user",
    "application/json",
    "text/plain",
    "utf-8",
];

/// What a PEM file says of itself; not secret, and in many other texts.
const ARMOR: [&[u8]; 2] = [b"-----BEGIN ", b"-----END "];

/// Whether a value is empty or a common word, a boolean among them.
pub(super) fn is_common(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    COMMON.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
}

/// Adds all patterns of a value: it and its lines without the space around them, in every form.
pub(super) fn add(value: &[u8], minimum: usize, patterns: &mut Vec<Zeroizing<Vec<u8>>>) {
    let mut add = |form: &[u8]| {
        if form.len() >= minimum {
            cut(form, patterns);
        }
    };
    let is_long = value.len() > LONG;
    match is_long {
        true => forms::essential(value, &mut add),
        false => forms::every(value, &mut add),
    }
    for line in value.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii) {
        let is_armor = ARMOR.iter().any(|armor| line.starts_with(armor));
        if line.len() < minimum || line.len() == value.len() || is_common(line) || is_armor {
            continue;
        }
        match is_long {
            true => forms::text(line, &mut add),
            false => forms::every(line, &mut add),
        }
    }
}

/// Adds a pattern; a long one in parts, the last of which reaches back.
fn cut(form: &[u8], patterns: &mut Vec<Zeroizing<Vec<u8>>>) {
    let mut keep = |part: &[u8]| patterns.push(Zeroizing::new(part.to_vec()));
    form.chunks_exact(LONGEST).for_each(&mut keep);
    if !form.len().is_multiple_of(LONGEST) {
        keep(&form[form.len().saturating_sub(LONGEST)..]);
    }
}
