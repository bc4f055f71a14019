//! Many files: as few calls as there are wrapped keys, and several at the same time.

use super::{World, asked, vault};
use std::time::{Duration, Instant};

const FILES: usize = 40;
const LATENCY: Duration = Duration::from_millis(100);

#[test]
fn equal_wrapped_keys_are_asked_for_once_in_a_run() {
    let world = World::new();
    let text = world.repository.sandbox.text("s.json");
    for number in 0..20 {
        world.write(&format!("copies/{number}.json"), &text);
    }
    world.run(&["check", "--verify", "copies"]).ok();
    assert_eq!(asked(&world.vault), 1);
    world.run(&["decrypt", "-i", "copies"]).ok();
    assert_eq!(asked(&world.vault), 2, "another run asks again");
}

#[test]
fn calls_for_several_files_are_made_at_the_same_time() {
    let world = World { vault: vault(LATENCY), ..World::new() };
    world.config(&format!("hc_vault_transit_uri: {}", super::uri(&world.vault.url())));
    world.repository.commit("a slow Vault");
    for number in 0..FILES {
        world.write(&format!("many/{number}.json"), "{\"a\": \"b\"}\n");
    }
    let add = super::uri(&world.vault.url());
    // Written one by one they take seconds; how fast the disk is does not matter for what follows.
    let files: Vec<String> = (0..FILES).map(|number| format!("many/{number}.json")).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    world.run(&[&["encrypt", "-i", "--add-recipient", &add][..], &files].concat()).ok();
    world.repository.commit("secrets");
    let timed = |args: &[&str]| {
        let (began, before) = (Instant::now(), asked(&world.vault));
        world.run(args).ok();
        assert_eq!(asked(&world.vault) - before, FILES);
        began.elapsed()
    };
    let in_turn = timed(&["check", "--verify", "--jobs", "1", "many"]);
    assert!(in_turn >= LATENCY * FILES as u32, "{in_turn:?}");
    let together = timed(&["check", "--verify", "many"]);
    // 16 at a time are three rounds; the rest is for a machine that has other things to do.
    assert!(together < in_turn / 2, "{together:?} instead of {in_turn:?}");
}
