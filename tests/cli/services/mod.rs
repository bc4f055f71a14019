//! Keys of services, with the services running: ours and the real sops beside each other.

mod gate;
mod harness;
