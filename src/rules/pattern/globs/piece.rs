//! What a path may consist of, piece by piece.

/// A piece of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// One byte of text, a slash too.
    Byte(u8),
    /// One of some ASCII characters, as git writes them in brackets. No slash is among them.
    Class(String),
    /// Any byte but a slash.
    One,
    /// Any text without a slash, none too.
    Star,
    /// Any text, none too.
    Any,
    /// The path starts here.
    Start,
    /// The path ends here.
    End,
}

pub(super) const SLASH: Piece = Piece::Byte(b'/');

/// Pieces without [`Piece::Start`] and [`Piece::End`], from one end of a path to the other; `None` when no path
/// looks so.
pub(super) fn settled(pieces: Vec<Piece>) -> Option<Vec<Piece>> {
    let mut out: Vec<Piece> = vec![Piece::Any];
    let mut ended = false;
    for piece in pieces.into_iter().chain([Piece::Any]) {
        match (piece, out.last()) {
            (Piece::Start, _) => {
                if !out.iter().all(may_be_nothing) {
                    return None;
                }
                out.clear();
            }
            (Piece::End, _) => ended = true,
            (piece, _) if ended => {
                if !may_be_nothing(&piece) {
                    return None;
                }
            }
            (Piece::Star | Piece::Any, Some(Piece::Any)) | (Piece::Star, Some(Piece::Star)) => {}
            (Piece::Any, Some(Piece::Star)) => {
                out.pop();
                out.push(Piece::Any);
            }
            (piece, _) => out.push(piece),
        }
    }
    let is_path = out.first() != Some(&SLASH)
        && out.last() != Some(&SLASH)
        && !out.windows(2).any(|two| two[0] == SLASH && two[1] == SLASH);
    is_path.then_some(out)
}

fn may_be_nothing(piece: &Piece) -> bool {
    matches!(piece, Piece::Star | Piece::Any)
}
