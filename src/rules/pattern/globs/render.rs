//! Pieces in git's spelling (gitignore(5)): `*` stops at a slash, and `**` goes over it only as a whole part of a path.

use super::piece::{Piece, SLASH};

/// A wildcard for whole paths.
#[derive(Clone)]
pub(super) struct Glob {
    pub(super) text: String,
    /// It says something of the names that it is for.
    pub(super) is_telling: bool,
}

/// The wildcards for pieces. Any text between two others is one wildcard without a slash in it and one with.
pub(super) fn globs(pieces: Vec<Piece>) -> Vec<Glob> {
    let is_telling = pieces.iter().any(is_telling);
    let mut texts: Vec<Vec<u8>> = vec![Vec::new()];
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        let next = pieces.get(at + 1);
        let is_part = at == 0 || pieces[at - 1] == SLASH;
        at += 1;
        let spelling = match piece {
            Piece::Byte(byte) if b"*?[\\".contains(byte) => vec![b'\\', *byte],
            Piece::Byte(byte) => vec![*byte],
            Piece::Class(class) => class.clone().into_bytes(),
            Piece::One => b"?".to_vec(),
            Piece::Star => b"*".to_vec(),
            Piece::Start | Piece::End => Vec::new(),
            Piece::Any if next == Some(&SLASH) => {
                at += 1; // the slash is in the spelling
                if is_part { b"**/".to_vec() } else { b"*/**/".to_vec() }
            }
            Piece::Any if is_part => if next.is_some() { &b"**/*"[..] } else { b"**" }.to_vec(),
            Piece::Any => {
                let through = if next.is_some() { &b"*/**/*"[..] } else { b"*/**" };
                let within = texts.iter().map(|text| [text, &b"*"[..]].concat());
                texts = within.chain(texts.iter().map(|text| [text, through].concat())).collect();
                continue;
            }
        };
        texts.iter_mut().for_each(|text| text.extend(&spelling));
    }
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    texts.into_iter().map(|bytes| Glob { text: text(bytes), is_telling }).collect()
}

/// Whether a piece tells one name from most others: a letter does, in upper or lower case, too.
fn is_telling(piece: &Piece) -> bool {
    match piece {
        Piece::Byte(byte) => !matches!(byte, b'/' | b'.'),
        Piece::Class(class) => {
            class.len() <= 5 && !class.contains('-') && class.contains(|c: char| c.is_ascii_alphanumeric())
        }
        _ => false,
    }
}
