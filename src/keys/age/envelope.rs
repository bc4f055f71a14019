//! One share as an armored age file for one recipient: the `enc` of a stanza.

use age::{
    DecryptError, Decryptor, Encryptor, Identity, Recipient,
    armor::{ArmoredReader, ArmoredWriter, Format},
};
use std::io::{self, Read, Write};
use zeroize::Zeroizing;

use super::plugin;
use crate::keys::{KeyError, SHARE_LEN, Share};

/// The most bytes of an `enc` that are looked at; real ones have 400 to 3,000.
const ENC_LIMIT: usize = 1 << 20;
/// The age crate reads a header again from its start for every line; this bounds lines times bytes. A file
/// for a hundred recipients is well below.
const HEADER_WORK: usize = 8 << 20;
const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const END: &str = "-----END AGE ENCRYPTED FILE-----";

/// Encrypts `share` to one recipient. Ends with a line feed after the END line.
pub(super) fn seal(to: &dyn Recipient, share: &Share) -> Result<String, KeyError> {
    let encryptor = Encryptor::with_recipients([to].into_iter())
        .map_err(|error| KeyError::Failed(plugin::refusal(&error)))?;
    let written = || -> io::Result<Vec<u8>> {
        let armor = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
        let mut stream = encryptor.wrap_output(armor)?;
        stream.write_all(share.as_bytes())?;
        stream.finish()?.finish()
    };
    let failed = |what: String| KeyError::Failed(format!("age could not encrypt: {what}"));
    let bytes = written().map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| failed("the armor is not text".into()))?;
    // The age crate ends lines as the system does, files are the same everywhere.
    Ok(text.replace("\r\n", "\n"))
}

/// Decrypts an `enc` with whatever `identity` finds; blanks around the armor and CRLF are tolerated.
pub(super) fn open(enc: &str, identity: &dyn Identity) -> Result<Share, KeyError> {
    if enc.len() > ENC_LIMIT {
        return Err(KeyError::Damaged("it is larger than 1 MiB"));
    }
    let enc = enc.trim_matches([' ', '\t', '\r', '\n']);
    if !enc.starts_with(BEGIN) {
        return Err(KeyError::Damaged("it does not begin with the armor of an age file"));
    }
    if !enc.ends_with(END) {
        return Err(KeyError::Damaged("it does not end with the armor of an age file"));
    }
    let file = unarmored(enc)?;
    let decryptor = Decryptor::new_buffered(file.as_slice()).map_err(unreadable)?;
    let mut stream = decryptor.decrypt([identity].into_iter()).map_err(unreadable)?;
    // One byte more than a share may have shows that there is more; the rest is not read.
    let mut bytes = Zeroizing::new([0; SHARE_LEN + 1]);
    let mut filled = 0;
    while filled < bytes.len() {
        match stream.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(_) => return Err(KeyError::Damaged("its payload does not decrypt")),
        }
    }
    Share::new(Zeroizing::new(bytes[..filled].to_vec()))
        .ok_or(KeyError::Damaged("it holds neither a data key nor a share"))
}

/// The age file in the armor, if reading its header is no long work.
fn unarmored(enc: &str) -> Result<Vec<u8>, KeyError> {
    let mut file = Vec::with_capacity(enc.len());
    ArmoredReader::new(enc.as_bytes())
        .read_to_end(&mut file)
        .map_err(|_| KeyError::Damaged("its armor is not valid or cut short"))?;
    let lines = file.iter().filter(|&&byte| byte == b'\n').count();
    if lines.saturating_mul(file.len()) > HEADER_WORK {
        return Err(KeyError::Damaged("it has more lines than any wrapped key"));
    }
    Ok(file)
}

fn unreadable(error: DecryptError) -> KeyError {
    KeyError::Damaged(match error {
        DecryptError::NoMatchingKeys => return KeyError::NoMatch,
        DecryptError::InvalidMac => "its header was changed",
        DecryptError::UnknownFormat => "its header is not valid, or of an age version that is not known here",
        DecryptError::InvalidHeader => "its header is not valid",
        DecryptError::Io(_) => "its header is cut short",
        _ => "it does not decrypt",
    })
}
