//! Lines of ours in a text of somebody else: between two marks, with everything around them letter by letter.

/// How the marks start; what is behind it is for people.
const BEGIN: &[u8] = b"# sops-rs: begin";
const END: &[u8] = b"# sops-rs: end";
/// The first mark where the text above it ended without a line end, which has to be taken away again.
const OPEN: &str = "# sops-rs: begin, below a text without line end";
const HEAD: &str = "# sops-rs: begin";
const BY: &str = " (written by `sops-rs git-setup`)";

/// Where the lines come into a text that has none yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Bottom,
    /// Behind the line that says which program reads the text (`#!`), if there is one.
    Top,
}

/// A text with exactly these lines between the marks. Marks that are there are kept where they are.
pub fn with(text: &[u8], lines: &[String], place: Place) -> Vec<u8> {
    let newline = newline(text);
    let found = parts(text);
    let first = found.iter().position(|part| part.is_ours);
    let mut out = Vec::with_capacity(text.len());
    let block = |out: &mut Vec<u8>, head: &str| {
        let (head, end) = (format!("{head}{BY}"), String::from_utf8_lossy(END));
        for line in [head.as_str()].into_iter().chain(lines.iter().map(String::as_str)).chain([&*end]) {
            out.extend_from_slice(line.as_bytes());
            out.extend_from_slice(newline);
        }
    };
    if let Some(first) = first {
        for (number, part) in found.iter().enumerate() {
            match part.is_ours {
                true if number == first => block(&mut out, if part.is_open() { OPEN } else { HEAD }),
                true => {}
                false => out.extend_from_slice(part.text),
            }
        }
        return out;
    }
    let at = match place {
        Place::Bottom => text.len(),
        Place::Top if text.starts_with(b"#!") => line_end(text),
        Place::Top => 0,
    };
    out.extend_from_slice(&text[..at]);
    let is_open = place == Place::Bottom && !text.ends_with(b"\n");
    if is_open && !text.is_empty() {
        out.extend_from_slice(newline);
    }
    block(&mut out, if is_open { OPEN } else { HEAD });
    out.extend_from_slice(&text[at..]);
    out
}

/// A whole text of these lines, for a file that was not there.
pub fn fresh(lines: &[String]) -> Vec<u8> {
    with(b"\n", lines, Place::Bottom).split_off(1)
}

/// A text without our lines; `None` when it has none. What is left of a text that we made is nothing at all.
pub fn without(text: &[u8]) -> Option<Vec<u8>> {
    let found = parts(text);
    if !found.iter().any(|part| part.is_ours) {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    for part in &found {
        match part.is_ours {
            false => out.extend_from_slice(part.text),
            true if part.is_open() => {
                let end = out.strip_suffix(b"\r\n").or_else(|| out.strip_suffix(b"\n")).unwrap_or(&out).len();
                out.truncate(end);
            }
            true => {}
        }
    }
    Some(out)
}

/// Whether the lines stand below a text, be it an empty one, that was there before.
pub fn is_below_a_text(text: &[u8]) -> bool {
    parts(text).iter().any(|part| !part.is_ours || part.is_open())
}

/// The lines between the marks, without their ends; `None` without marks.
pub fn lines(text: &[u8]) -> Option<Vec<String>> {
    let ours: Vec<Part<'_>> = parts(text).into_iter().filter(|part| part.is_ours).collect();
    let lines = ours.iter().flat_map(|part| part.text.split(|&byte| byte == b'\n'));
    let lines = lines.map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty() && !is_mark(line));
    let lines = lines.map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    (!ours.is_empty()).then_some(lines)
}

/// The lines outside of the marks, with their numbers from 1.
pub fn others(text: &[u8]) -> Vec<(usize, String)> {
    let mut number = 0;
    let mut others = Vec::new();
    for part in parts(text) {
        for line in part.text.split_inclusive(|&byte| byte == b'\n') {
            number += 1;
            if !part.is_ours {
                others.push((number, String::from_utf8_lossy(line.trim_ascii_end()).into_owned()));
            }
        }
    }
    others
}

/// Some whole lines of a text.
struct Part<'a> {
    text: &'a [u8],
    is_ours: bool,
}

impl Part<'_> {
    fn is_open(&self) -> bool {
        self.is_ours && self.text.starts_with(OPEN.as_bytes())
    }
}

/// The text in parts. Where a mark has lost its other one, only the mark itself is ours, and lines below a first mark that
/// are written as ours are.
fn parts(text: &[u8]) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let (mut start, mut at) = (0, 0);
    let closed = last_end(text);
    while at < text.len() {
        let end = at + line_end(&text[at..]);
        let line = &text[at..end];
        let mut ours = None;
        if line.starts_with(BEGIN) {
            ours = Some(block_end(text, end, closed));
        } else if line.starts_with(END) {
            ours = Some(end);
        }
        match ours {
            Some(stop) => {
                if start < at {
                    parts.push(Part { text: &text[start..at], is_ours: false });
                }
                parts.push(Part { text: &text[at..stop], is_ours: true });
                (start, at) = (stop, stop);
            }
            None => at = end,
        }
    }
    if start < text.len() {
        parts.push(Part { text: &text[start..], is_ours: false });
    }
    parts
}

/// Where the last end mark starts.
fn last_end(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut found = None;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(END) {
            found = Some(at);
        }
        at += line.len();
    }
    found
}

/// Where the block ends whose first mark ends at `from`.
fn block_end(text: &[u8], from: usize, last_end: Option<usize>) -> usize {
    let (mut at, mut written) = (from, from);
    let mut is_first_rows = true;
    while at < text.len() {
        let end = at + line_end(&text[at..]);
        let line = &text[at..end];
        if line.starts_with(END) {
            return end;
        }
        if line.starts_with(BEGIN) {
            break;
        }
        is_first_rows &= is_written_by_us(line);
        if is_first_rows {
            written = end;
        } else if last_end.is_none_or(|last| last < at) {
            break;
        }
        at = end;
    }
    written
}

/// Whether a line reads like those between the marks.
fn is_written_by_us(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line.trim_ascii_end());
    super::attributes::is_line(&line) || super::hooks::is_line(&line)
}

fn is_mark(line: &[u8]) -> bool {
    line.starts_with(BEGIN) || line.starts_with(END)
}

fn line_end(text: &[u8]) -> usize {
    text.iter().position(|&byte| byte == b'\n').map_or(text.len(), |feed| feed + 1)
}

/// The line end that a text uses.
fn newline(text: &[u8]) -> &'static [u8] {
    match text.get(..line_end(text)) {
        Some(line) if line.ends_with(b"\r\n") => b"\r\n",
        _ => b"\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(text: &str, lines: &[&str]) -> String {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        String::from_utf8(with(text.as_bytes(), &lines, Place::Bottom)).expect("text")
    }

    #[test]
    fn what_is_put_in_comes_out_and_the_rest_stays_letter_by_letter() {
        for text in ["", "a", "a\n", "a\r\nb\r\n", "a\r\nb", "\n\n", "a\n# other\n", "\u{feff}a\n"] {
            let lines = ["*.x diff=sops-rs merge=sops-rs"];
            let once = put(text, &lines);
            assert_eq!(put(&once, &lines), once, "{text:?}");
            assert_eq!(without(once.as_bytes()).as_deref(), Some(text.as_bytes()), "{text:?}");
            assert_eq!(super::lines(once.as_bytes()).as_deref(), Some(&lines.map(str::to_owned)[..]));
            assert_eq!(is_below_a_text(once.as_bytes()), !text.is_empty() || once.contains("below"));
        }
        assert!(put("a\r\n", &["b"]).ends_with("b\r\n# sops-rs: end\r\n"));
        assert_eq!(without(b"a\n"), None);
    }

    #[test]
    fn a_block_is_renewed_where_it_stands() {
        let text = format!("{}last\n", put("first\n", &["old"]));
        let new = put(&text, &["new", "two"]);
        assert_eq!(new, text.replace("old", "new\ntwo"));
        assert_eq!(without(new.as_bytes()).as_deref(), Some(&b"first\nlast\n"[..]));
    }

    #[test]
    fn of_damaged_marks_only_what_is_surely_ours_goes() {
        for (damaged, left) in [
            ("# sops-rs: begin\n*.x diff=sops-rs merge=sops-rs\nmine\n", "mine\n"),
            ("mine\n# sops-rs: end\nother\n", "mine\nother\n"),
            ("# sops-rs: begin\n# sops-rs: begin\nx\n# sops-rs: end\nmine\n", "mine\n"),
            (
                "a\n# sops-rs: begin\nx\n# sops-rs: end\nb\n# sops-rs: begin\ny\n# sops-rs: end\nc\n",
                "a\nb\nc\n",
            ),
        ] {
            assert_eq!(without(damaged.as_bytes()).as_deref(), Some(left.as_bytes()), "{damaged}");
        }
    }
}
