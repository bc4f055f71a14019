//! Which spellings a text can have, and how it is quoted (spec, stores 2.5).

use super::scalar::Plain;
use std::fmt::Write;

/// What a text holds that decides how it can be spelled.
pub(super) struct Traits {
    /// Control characters, line ends other than LF: only double quotes can carry these.
    pub special: bool,
    /// Tabs, which sops writes in block scalars and double quotes only.
    pub tab: bool,
    /// Characters outside the basic plane, which sops writes as escapes.
    pub astral: bool,
    pub line_feed: bool,
    /// A blank before a line feed, or at the end.
    pub trailing_blank: bool,
    /// Something that a plain scalar can't have in block context.
    pub indicator: bool,
    /// Something that a plain scalar can't have in a flow collection only.
    pub flow_indicator: bool,
    /// Plain, it would be another kind of value.
    pub other_kind: bool,
    /// Plain, readers of YAML 1.1 would take it for a truth value or a number to base 60.
    pub old_value: bool,
}

impl Traits {
    pub(super) fn of(text: &str) -> Traits {
        let (indicator, flow_indicator) = indicators(text);
        Traits {
            special: text.chars().any(is_special),
            astral: text.chars().any(|c| c > '\u{ffff}'),
            line_feed: text.contains('\n'),
            trailing_blank: text.ends_with([' ', '\t']) || text.contains(" \n") || text.contains("\t\n"),
            tab: text.contains('\t'),
            indicator,
            flow_indicator,
            other_kind: !matches!(Plain::of(text), Plain::Text),
            old_value: is_old_bool(text) || is_base_60(text),
        }
    }

    /// Whether the text can stand without quotes.
    pub(super) fn plain(&self, flow: bool) -> bool {
        !(self.special
            || self.tab
            || self.line_feed
            || self.trailing_blank
            || self.indicator
            || self.other_kind)
            && !(flow && self.flow_indicator)
    }

    /// Whether the text can stand in single quotes on one line.
    pub(super) fn single(&self) -> bool {
        !self.special && !self.tab && !self.line_feed
    }

    /// Whether the text can be the body of a literal block scalar, as sops writes them.
    pub(super) fn literal(&self) -> bool {
        self.line_feed && !self.special && !self.trailing_blank
    }
}

fn is_special(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => true,
        '\u{fffe}' | '\u{ffff}' => true,
        _ => false,
    }
}

/// What keeps a text from being a plain scalar: in block context, and in flow collections.
fn indicators(text: &str) -> (bool, bool) {
    let bytes = text.as_bytes();
    let blank = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b' ' | b'\t'));
    let outer_blank = text.starts_with([' ', '\n']) || text.ends_with([' ', '\n']);
    let (mut block, mut flow) = (outer_blank || text.starts_with("---") || text.starts_with("..."), false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"'
            | b'%' | b'@' | b'`'
                if at == 0 =>
            {
                block = true;
            }
            b'-' if at == 0 => {
                block |= blank(bytes.get(1));
                flow |= matches!(bytes.get(1), Some(b',' | b'[' | b']' | b'{' | b'}'));
            }
            b'?' | b':' => {
                flow = true;
                block |= (at == 0 || *byte == b':') && blank(bytes.get(at + 1));
            }
            b',' | b'[' | b']' | b'{' | b'}' => flow = true,
            b'#' => block |= blank(bytes.get(at - 1)),
            _ => {}
        }
    }
    (block, flow || block)
}

fn is_old_bool(text: &str) -> bool {
    let forms = |word: &str| {
        let mut capital = word.to_owned();
        capital[..1].make_ascii_uppercase();
        text == word || text == capital || text == word.to_ascii_uppercase()
    };
    text.len() <= 3 && ["y", "n", "yes", "no", "on", "off"].into_iter().any(forms)
}

/// `190:20:30`, as YAML 1.1 writes numbers to base 60.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut parts = whole.split(':');
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let first = parts.next().unwrap_or("");
    let first = first.starts_with(|c: char| c.is_ascii_digit()) && digits(first);
    let mut parts = parts.peekable();
    let sixtieth = |part: &str| match part.as_bytes() {
        [units] => units.is_ascii_digit(),
        [tens, units] => (b'0'..=b'5').contains(tens) && units.is_ascii_digit(),
        _ => false,
    };
    first && parts.peek().is_some() && parts.all(sixtieth) && digits(fraction)
}

pub(super) fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A text in double quotes on one line. With `escape_astral` as sops writes it.
pub(super) fn double(text: &str, escape_astral: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_special(c) || escape_astral && c > '\u{ffff}' => escape(c, &mut out),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn escape(c: char, out: &mut String) {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            // Writing to a String can't fail.
            let _ = match u32::from(c) {
                code @ 0..=0xff => write!(out, "\\x{code:02X}"),
                code @ 0x100..=0xffff => write!(out, "\\u{code:04X}"),
                code => write!(out, "\\U{code:08X}"),
            };
            return;
        }
    };
    out.push('\\');
    out.push(short);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_needs_no_quotes() {
        for text in
            ["a", "a b", "-a", "a:b", "http://x/y?z=1#f", "a'b", "8080:80", "$x", "a,b", "é", "ENC[x,y]"]
        {
            assert!(Traits::of(text).plain(false), "{text}");
        }
    }

    #[test]
    fn what_plain_syntax_forbids_is_quoted() {
        for text in [
            " a",
            "a ",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "- a",
            "-",
            "?",
            "? a",
            "---",
            "--- a",
            "...",
            "[a",
            "a\n",
            "a\tb",
            "@a",
            "%a",
            "'a",
            "\"a",
            "*a",
            "&a",
            "!a",
            "|",
            ">",
            ":",
            ": a",
            "",
            "1",
            "true",
            "~",
            "2024-01-01",
            "18446744073709551615",
            "\u{85}",
            "a\u{2028}b",
            "\u{feff}a",
        ] {
            assert!(!Traits::of(text).plain(false), "{text}");
        }
        for text in ["a,b", "a[", "a:b", "-]", "ENC[x]", "a?"] {
            assert!(!Traits::of(text).plain(true), "{text}");
        }
    }

    #[test]
    fn words_of_yaml_1_1_are_known() {
        for text in ["y", "Y", "yes", "Yes", "YES", "off", "OFF", "190:20:30", "1:30", "-1:5.5", "1_0:59"] {
            assert!(Traits::of(text).old_value, "{text}");
        }
        for text in ["yEs", "8080:80", "a:1", "1:", "1:600", "yess", "x"] {
            assert!(!Traits::of(text).old_value, "{text}");
        }
    }

    #[test]
    fn double_quotes_escape_what_the_eye_misses() {
        assert_eq!(
            double("a\"\\\n\t\u{1}\u{85}\u{2028}\u{1F600}", false),
            "\"a\\\"\\\\\\n\\t\\x01\\N\\L\u{1F600}\""
        );
        assert_eq!(double("\u{1F600}\u{feff}", true), "\"\\U0001F600\\uFEFF\"");
    }
}
