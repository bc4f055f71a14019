//! Opening many versions of files: each data key is unwrapped once.

use crate::cli::context::Context;
use crate::cli::gate::File;
use crate::cli::keys::{self, Order};
use crate::crypto::Cipher;
use crate::file::{MacCheck, Open, Sealed, open};
use crate::metadata::Metadata;
use std::collections::HashMap;
use std::path::PathBuf;

/// Every stanza of a file: versions with the same ones have the same data key.
type Stanzas = (u32, Vec<Vec<(String, String)>>);

/// The data keys that were asked for so far, and why some could not be had.
pub struct Opener<'a> {
    context: &'a Context,
    order: &'a Order,
    /// What the names of files are relative to.
    directory: PathBuf,
    known: HashMap<Stanzas, Result<Cipher, String>>,
}

impl<'a> Opener<'a> {
    /// With the user's keys in this order, for files of a directory.
    pub fn new(context: &'a Context, order: &'a Order, directory: PathBuf) -> Opener<'a> {
        Opener { context, order, directory, known: HashMap::new() }
    }

    /// The file, opened and its MAC checked, or why not.
    pub fn open(&mut self, sealed: Sealed, name: &str) -> Result<Open, String> {
        let (context, order, path) = (self.context, self.order, self.directory.join(name));
        let cipher = self.known.entry(stanzas(sealed.metadata())).or_insert_with(|| {
            let key = keys::unwrap(&sealed, File { name, path: Some(&path) }, order, context);
            key.map(|key| Cipher::new(&key)).map_err(|error| keys::in_a_line(&error))
        });
        let cipher = cipher.as_ref().map_err(Clone::clone)?;
        open(sealed, cipher, MacCheck::Verify).map_err(|error| match error.place() {
            Some(place) => format!("{name}:{place}: {error}"),
            None => format!("{name}: {error}"),
        })
    }
}

fn stanzas(metadata: &Metadata) -> Stanzas {
    let groups = metadata.groups.iter().map(|group| {
        let stanzas = group.iter().map(|stanza| (stanza.recipient.identity(), stanza.enc.clone()));
        stanzas.collect()
    });
    (metadata.shamir_threshold, groups.collect())
}
