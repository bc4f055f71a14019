//! Just enough of Rust's lexical rules to read its paths.

/// A word or a punctuation character outside comments and literals.
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// The words and punctuation of Rust text, without comments, texts and characters.
pub fn lex(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    while at < bytes.len() {
        let rest = &text[at..];
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let first = rest.chars().next().unwrap_or(' ');
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = literal(rest) {
            length
        } else if is_word(first) {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            tokens.push(Token { text: rest[..length].to_owned(), line });
            length
        } else {
            if !first.is_whitespace() {
                tokens.push(Token { text: first.to_string(), line });
            }
            first.len_utf8()
        };
        line += rest[..length].matches('\n').count();
        at += length;
    }
    tokens
}

/// The length of the text or character literal (or lifetime) that `rest` starts with.
fn literal(rest: &str) -> Option<usize> {
    let plain = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - plain.len();
    if let Some(raw) = plain.strip_prefix('r').filter(|_| prefix < 2) {
        let marks = raw.len() - raw.trim_start_matches('#').len();
        if let Some(body) = raw[marks..].strip_prefix('"') {
            let end = format!("\"{}", "#".repeat(marks));
            let length = body.find(&end).map_or(body.len(), |at| at + end.len());
            return Some(rest.len() - body.len() + length);
        }
    }
    if let Some(body) = plain.strip_prefix('"').filter(|_| prefix < 2) {
        return Some(rest.len() - body.len() + closing(body, '"'));
    }
    let body = plain.strip_prefix('\'').filter(|_| prefix < 2)?;
    let start = rest.len() - body.len();
    let mut letters = body.chars();
    let is_character = body.starts_with('\\') || (letters.next().is_some() && letters.next() == Some('\''));
    match is_character {
        true => Some(start + closing(body, '\'')),
        // A lifetime: its name is read as a word.
        false => Some(start),
    }
}

/// The length of a literal's rest up to and with its closing quote.
fn closing(body: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in body.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            letter if letter == quote => return at + 1,
            _ => {}
        }
    }
    body.len()
}
