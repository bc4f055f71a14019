//! The byte forms of keys and encapsulated keys: the lattice part, then the point.

use hpke::{
    Deserializable, HpkeError, Kem, Serializable,
    generic_array::typenum::{Sum, U32, U96, U192, U1024},
};
use ml_kem::{Ciphertext, EncodedSizeUser, KemCore, MlKem768};
use x25519_dalek::PublicKey as Point;
use zeroize::Zeroizing;

use super::{Encapsulated, POINT, PrivateKey, PublicKey, SEED, XWing, is_low_order};

const LATTICE_KEY: usize = 1184;
const LATTICE_CIPHERTEXT: usize = 1088;

impl Serializable for PrivateKey {
    type OutputSize = U32;

    fn write_exact(&self, out: &mut [u8]) {
        out.copy_from_slice(&self.seed[..]);
    }
}

impl Deserializable for PrivateKey {
    fn from_bytes(bytes: &[u8]) -> Result<PrivateKey, HpkeError> {
        let mut seed = Zeroizing::new([0; SEED]);
        if bytes.len() != SEED {
            return Err(HpkeError::IncorrectInputLength(SEED, bytes.len()));
        }
        seed.copy_from_slice(bytes);
        Ok(PrivateKey::from_seed(seed))
    }
}

impl PartialEq for PrivateKey {
    /// By the public keys, so that it takes no time that depends on a secret.
    fn eq(&self, other: &PrivateKey) -> bool {
        XWing::sk_to_pk(self) == XWing::sk_to_pk(other)
    }
}

impl Eq for PrivateKey {}

impl Serializable for PublicKey {
    type OutputSize = Sum<U1024, U192>;

    fn write_exact(&self, out: &mut [u8]) {
        let (lattice, point) = out.split_at_mut(LATTICE_KEY);
        lattice.copy_from_slice(&self.lattice.as_bytes());
        point.copy_from_slice(self.point.as_bytes());
    }
}

impl Deserializable for PublicKey {
    /// Refuses what no key pair has: coefficients beyond the modulus (FIPS 203, 7.2) and points of low order,
    /// to which [`Kem::encap`] would fail.
    fn from_bytes(bytes: &[u8]) -> Result<PublicKey, HpkeError> {
        let (encoded, point) = parts::<LATTICE_KEY>(bytes)?;
        let encoded = encoded.try_into().map_err(|_| HpkeError::ValidationError)?;
        let lattice = <MlKem768 as KemCore>::EncapsulationKey::from_bytes(encoded);
        if lattice.as_bytes() != *encoded || is_low_order(point.to_bytes()) {
            return Err(HpkeError::ValidationError);
        }
        Ok(PublicKey { lattice, point })
    }
}

impl Eq for PublicKey {}

impl Serializable for Encapsulated {
    type OutputSize = Sum<U1024, U96>;

    fn write_exact(&self, out: &mut [u8]) {
        let (lattice, point) = out.split_at_mut(LATTICE_CIPHERTEXT);
        lattice.copy_from_slice(&self.lattice);
        point.copy_from_slice(self.point.as_bytes());
    }
}

impl Deserializable for Encapsulated {
    fn from_bytes(bytes: &[u8]) -> Result<Encapsulated, HpkeError> {
        let (lattice, point) = parts::<LATTICE_CIPHERTEXT>(bytes)?;
        let lattice = Ciphertext::<MlKem768>::try_from(lattice).map_err(|_| HpkeError::ValidationError)?;
        Ok(Encapsulated { lattice: Box::new(lattice), point })
    }
}

/// The lattice part and the point behind it.
fn parts<const LATTICE: usize>(bytes: &[u8]) -> Result<(&[u8], Point), HpkeError> {
    match bytes.split_at_checked(LATTICE) {
        Some((lattice, point)) => match <[u8; POINT]>::try_from(point) {
            Ok(point) => Ok((lattice, Point::from(point))),
            Err(_) => Err(HpkeError::IncorrectInputLength(LATTICE + POINT, bytes.len())),
        },
        None => Err(HpkeError::IncorrectInputLength(LATTICE + POINT, bytes.len())),
    }
}
