//! Values that quoting gets wrong.

use super::Pairs;
use crate::support::generate::Choice;

/// Every value that somebody's quoting has damaged, and random mixtures of their parts: the same in every run.
pub fn nasty() -> Pairs {
    let chosen = CHOSEN.iter().map(|value| (*value).to_owned());
    let large = [format!("{}é", "x'\"$\\ ".repeat(15_000)), "a".repeat(100_000)];
    let mut choice = Choice::new(7);
    let random = (0..150).map(|_| (0..1 + choice.below(12)).map(|_| choice.one(PARTS)).collect::<String>());
    let values = chosen.chain(large).chain(random);
    values.enumerate().map(|(number, value)| (format!("V_{number:03}"), value)).collect()
}

const CHOSEN: &[&str] = &[
    "",
    " ",
    "plain",
    "two words",
    " both ends ",
    "\tend\t",
    "it's",
    "''",
    "'",
    "\"",
    "say \"hi\"",
    "'\"'\"'",
    "$HOME",
    "${HOME}",
    "${HOME:-x}",
    "$(id)",
    "`id`",
    "it's `id`",
    "it's $(id)",
    "$2a$10$N9qo8uLOickgx2ZMRZoMye",
    "$$",
    "$",
    "100%",
    "%0A%25",
    "a\\b",
    "C:\\new\\table\\",
    "\\",
    "\\\\",
    "\\\\server\\share",
    "\\'",
    "\\\"",
    "\\n",
    "\\$x",
    "a#b",
    "a #b",
    "#b",
    "!",
    "a!b!!",
    "~",
    "~/x:~/y",
    "*",
    "?[a]{b,c}",
    "a=b",
    "=b",
    "a;b|c&d>e<f",
    "-n",
    "line1\nline2",
    "ends\n",
    "\n",
    "\nstarts",
    "\n\n",
    "EOF\nx=y\nEOF",
    "cr\rlf\r\n",
    "\r",
    "-----BEGIN KEY-----\nAb+/=\n-----END KEY-----\n",
    "{\"a\": [1, \"b c\", null], \"d\": \"$x\"}",
    "postgres://u:p%40ss@host:5432/db?sslmode=require&a=b",
    "ünïcödé",
    "日本語",
    "emoji 😀 👩‍👩‍👧",
    "‘smart’ “quotes” „low‟",
    "\u{a0}nbsp\u{85}\u{2028}\u{feff}",
    "\u{1b}[31mred\u{7f}",
    "\u{1}\u{8}\u{b}\u{c}",
    "true",
    "null",
    "0123",
    "1e3",
    "@file",
    "::add-mask::x",
    "sops_rs_",
];

const PARTS: &[&str] = &[
    "a", "B7", " ", "'", "\"", "$", "$x", "{", "}", "\\", "\\\\", "`", "#", " #", "!", "%", "\n", "\r", "\t",
    "é", "😀", "‘", "”", "=", ";", "&", "|", "<", ">", "(", ")", "*", "~", ":", "/", "\\n", "\\'", "''",
    "\\$",
];
