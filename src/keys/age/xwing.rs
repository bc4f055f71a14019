//! MLKEM768-X25519 (X-Wing, draft-ietf-hpke-pq-03) as a KEM for the `hpke` crate: ML-KEM-768 and X25519 side
//! by side, their secrets hashed together.
//!
//! The primitives are those crates that age 0.12 is built on, and this file only joins them, as age itself
//! does for `age1tagpq1…`. Crates that have X-Wing whole (`x-wing`, `hpke` from 0.15) need an ml-kem that
//! cannot be built beside age's.

mod encoding;

use hpke::{
    HpkeError, Kem,
    generic_array::typenum::U32,
    kem::SharedSecret,
    rand_core::{CryptoRng, RngCore},
};
use ml_kem::{B32, Ciphertext, EncapsulateDeterministic, KemCore, MlKem768, kem::Decapsulate};
use sha3::{
    Digest, Sha3_256, Shake256,
    digest::{ExtendableOutput, Update, XofReader},
};
use x25519_dalek::{PublicKey as Point, StaticSecret};
use zeroize::Zeroizing;

const LABEL: &[u8] = br"\.//^\";
const SEED: usize = 32;
const POINT: usize = 32;

/// The KEM, which has no state.
pub(super) struct XWing;

/// An ML-KEM encapsulation key and an X25519 point: 1,216 bytes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PublicKey {
    lattice: <MlKem768 as KemCore>::EncapsulationKey,
    point: Point,
}

/// A seed of 32 bytes, and the two secret keys that come from it.
#[derive(Clone)]
pub(super) struct PrivateKey {
    seed: Zeroizing<[u8; SEED]>,
    lattice: <MlKem768 as KemCore>::DecapsulationKey,
    scalar: StaticSecret,
}

/// An ML-KEM ciphertext and an ephemeral X25519 point: 1,120 bytes.
#[derive(Clone)]
pub(super) struct Encapsulated {
    lattice: Box<Ciphertext<MlKem768>>,
    point: Point,
}

impl Kem for XWing {
    type PublicKey = PublicKey;
    type PrivateKey = PrivateKey;
    type EncappedKey = Encapsulated;
    type NSecret = U32;
    const KEM_ID: u16 = 0x647a;

    fn sk_to_pk(key: &PrivateKey) -> PublicKey {
        PublicKey { lattice: key.lattice.encapsulation_key().clone(), point: Point::from(&key.scalar) }
    }

    /// SHAKE256.LabeledDerive(ikm, "DeriveKeyPair", "", 32) of the draft.
    fn derive_keypair(ikm: &[u8]) -> (PrivateKey, PublicKey) {
        let mut shake = Shake256::default();
        shake.update(ikm);
        shake.update(b"HPKE-v1KEM");
        shake.update(&Self::KEM_ID.to_be_bytes());
        shake.update(&[0, 13]);
        shake.update(b"DeriveKeyPair");
        shake.update(&[0, SEED as u8]);
        let mut seed = Zeroizing::new([0; SEED]);
        shake.finalize_xof().read(&mut seed[..]);
        let key = PrivateKey::from_seed(seed);
        let public = Self::sk_to_pk(&key);
        (key, public)
    }

    fn encap<R: CryptoRng + RngCore>(
        to: &PublicKey,
        sender: Option<(&PrivateKey, &PublicKey)>,
        random: &mut R,
    ) -> Result<(SharedSecret<XWing>, Encapsulated), HpkeError> {
        if sender.is_some() {
            return Err(HpkeError::EncapError);
        }
        let mut seed = Zeroizing::new([0; 32]);
        random.fill_bytes(&mut seed[..]);
        let (ciphertext, lattice) =
            to.lattice.encapsulate_deterministic(<&B32>::from(&*seed)).map_err(|_| HpkeError::EncapError)?;
        let lattice = Zeroizing::new(<[u8; 32]>::from(lattice));
        random.fill_bytes(&mut seed[..]);
        let ephemeral = StaticSecret::from(*seed);
        let point = Point::from(&ephemeral);
        let curve = ephemeral.diffie_hellman(&to.point);
        if !curve.was_contributory() {
            return Err(HpkeError::EncapError);
        }
        let secret = join(&lattice, curve.as_bytes(), &point, &to.point);
        Ok((secret, Encapsulated { lattice: Box::new(ciphertext), point }))
    }

    fn decap(
        key: &PrivateKey,
        sender: Option<&PublicKey>,
        encapsulated: &Encapsulated,
    ) -> Result<SharedSecret<XWing>, HpkeError> {
        if sender.is_some() {
            return Err(HpkeError::DecapError);
        }
        let lattice = key.lattice.decapsulate(&encapsulated.lattice).map_err(|()| HpkeError::DecapError)?;
        let lattice = Zeroizing::new(<[u8; 32]>::from(lattice));
        let curve = key.scalar.diffie_hellman(&encapsulated.point);
        // The age specification has an all-zero secret refused.
        if !curve.was_contributory() {
            return Err(HpkeError::DecapError);
        }
        Ok(join(&lattice, curve.as_bytes(), &encapsulated.point, &Point::from(&key.scalar)))
    }
}

fn join(lattice: &[u8; 32], curve: &[u8; 32], ephemeral: &Point, public: &Point) -> SharedSecret<XWing> {
    let mut hash = Sha3_256::default();
    Update::update(&mut hash, lattice);
    Update::update(&mut hash, curve);
    Update::update(&mut hash, ephemeral.as_bytes());
    Update::update(&mut hash, public.as_bytes());
    Update::update(&mut hash, LABEL);
    SharedSecret(hash.finalize())
}

impl PrivateKey {
    fn from_seed(seed: Zeroizing<[u8; SEED]>) -> PrivateKey {
        let mut shake = Shake256::default();
        shake.update(&seed[..]);
        let mut expanded = shake.finalize_xof();
        let mut part = || {
            let mut part = Zeroizing::new([0; 32]);
            expanded.read(&mut part[..]);
            part
        };
        let (d, z, scalar) = (part(), part(), part());
        let (lattice, _) = MlKem768::generate_deterministic(<&B32>::from(&*d), <&B32>::from(&*z));
        PrivateKey { seed, lattice, scalar: StaticSecret::from(*scalar) }
    }
}

/// Whether X25519 with this point gives the all-zero secret. Every secret key is a multiple of the cofactor,
/// so that one of them tells for all.
pub(super) fn is_low_order(point: [u8; POINT]) -> bool {
    !StaticSecret::from([1; 32]).diffie_hellman(&Point::from(point)).was_contributory()
}
