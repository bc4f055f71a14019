use super::*;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, symlink};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

#[test]
fn a_replaced_file_holds_the_new_bytes_and_leaves_nothing_else() {
    let scene = Scene::new("old");
    let before = fs::metadata(&scene.path).unwrap().ino();
    scene.replace().unwrap();
    assert_eq!(scene.content(), "new");
    assert_eq!(scene.names(), ["secrets.yaml"]);
    assert_ne!(fs::metadata(&scene.path).unwrap().ino(), before, "it was written in place");
}

#[test]
fn a_link_stays_and_its_target_is_replaced() {
    let scene = Scene::new("old");
    let directory = scene.directory.path();
    fs::create_dir(directory.join("links")).unwrap();
    symlink("../secrets.yaml", directory.join("links/one")).unwrap();
    symlink("links/one", directory.join("two")).unwrap();
    let guard = lock(&directory.join("two"), PATIENCE).unwrap();
    assert_eq!(guard.path(), scene.path);
    let old = guard.read(LIMIT).unwrap();
    guard.replace(&old, b"new", Options::default()).unwrap();
    assert_eq!(scene.content(), "new");
    assert!(fs::symlink_metadata(directory.join("two")).unwrap().is_symlink());
    assert_eq!(fs::read_link(directory.join("links/one")).unwrap(), Path::new("../secrets.yaml"));
}

#[test]
fn a_snapshot_read_through_a_link_fits_the_guard_of_its_target() {
    let scene = Scene::new("old");
    let link = scene.directory.path().join("link");
    symlink("secrets.yaml", &link).unwrap();
    let old = read(&link, LIMIT).unwrap();
    lock(&scene.path, PATIENCE).unwrap().replace(&old, b"new", Options::default()).unwrap();
    assert_eq!(scene.content(), "new");
}

#[test]
fn a_link_in_a_circle_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    symlink("b", directory.path().join("a")).unwrap();
    symlink("a", directory.path().join("b")).unwrap();
    let outcome = write(&directory.path().join("a"), b"x", NewMode::Private, Options::default(), PATIENCE);
    assert!(matches!(outcome, Err(DiskError::NotAFile { found: "a link in a circle", .. })));
}

#[test]
fn a_file_changed_underneath_is_kept() {
    for (case, change) in [
        ("rewritten", (|path| fs::write(path, "OLD").unwrap()) as fn(&Path)),
        ("replaced by a pipe", |path| {
            fs::remove_file(path).unwrap();
            rustix::fs::mkfifoat(rustix::fs::CWD, path, 0o600.into()).unwrap();
        }),
        ("replaced by a link", |path| {
            fs::remove_file(path).unwrap();
            fs::write(path.with_extension("other"), "old").unwrap();
            symlink("secrets.other", path).unwrap();
        }),
        ("removed", |path| fs::remove_file(path).unwrap()),
    ] {
        let scene = Scene::new("old");
        let outcome = scene.replace_after(|| change(&scene.path), Options::default());
        assert!(outcome.is_err(), "{case}");
        assert!(scene.names().iter().all(|name| !name.contains(".tmp")), "{case}");
        let now = fs::symlink_metadata(&scene.path);
        assert!(!now.is_ok_and(|now| now.is_file() && scene.content() != "OLD"), "{case}");
    }
}

#[test]
fn a_file_that_was_only_touched_counts_as_unchanged() {
    let scene = Scene::new("old");
    let touch = || {
        fs::remove_file(&scene.path).unwrap();
        fs::write(&scene.path, "old").unwrap();
    };
    scene.replace_after(touch, Options::default()).unwrap();
    assert_eq!(scene.content(), "new");
}

#[test]
fn a_new_file_gets_the_mode_that_was_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("private");
    write(&path, b"x", NewMode::Private, Options::default(), PATIENCE).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);

    let reference = directory.path().join("reference");
    fs::write(&reference, "x").unwrap();
    let path = directory.path().join("default");
    write(&path, b"x", NewMode::Default, Options::default(), PATIENCE).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().mode(), fs::metadata(&reference).unwrap().mode());
}

#[test]
fn a_new_file_never_takes_the_place_of_another() {
    let scene = Scene::new("old");
    let guard = lock(&scene.path, PATIENCE).unwrap();
    assert!(matches!(guard.create(b"new", NewMode::Private), Err(DiskError::Exists { .. })));
    assert_eq!(scene.content(), "old");
}

#[test]
fn a_link_to_nothing_is_created_where_it_leads() {
    let directory = tempfile::tempdir().unwrap();
    symlink("later", directory.path().join("link")).unwrap();
    write(&directory.path().join("link"), b"x", NewMode::Private, Options::default(), PATIENCE).unwrap();
    assert_eq!(fs::read(directory.path().join("later")).unwrap(), b"x");
    assert!(directory.path().join("link").is_symlink());
}

#[test]
fn the_longest_possible_name_can_be_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("é".repeat(127));
    for content in ["one", "two"] {
        write(&path, content.as_bytes(), NewMode::Private, Options::default(), PATIENCE).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
}

#[test]
fn what_dead_writers_left_is_swept_and_nothing_else() {
    let scene = Scene::new("old");
    let directory = scene.directory.path();
    let dead = ".secrets.yaml.sops-rs-abcdef01.tmp";
    let others = [".secrets.yaml.sops-rs-short.tmp", "secrets.yaml.sops-rs-abcdef01.tmp", ".x.tmp"];
    for name in others.iter().chain([&dead]) {
        fs::write(directory.join(name), "x").unwrap();
    }
    fs::create_dir(directory.join(".d.sops-rs-abcdef01.tmp")).unwrap();
    scene.replace().unwrap();
    let names = scene.names();
    assert!(!names.contains(&dead.to_owned()));
    assert_eq!(names.len(), others.len() + 2, "{names:?}");
}

#[test]
fn fifty_writers_of_one_file_lose_nothing() {
    let scene = Scene::new("");
    thread::scope(|scope| {
        for number in 0..50 {
            let path = &scene.path;
            scope.spawn(move || {
                let guard = lock(path, PATIENCE).unwrap();
                let mut lines = guard.read(LIMIT).unwrap();
                let old = lines.take_bytes();
                let mut new = old.to_vec();
                writeln!(new, "{number}").unwrap();
                guard.replace(&lines, &new, Options::default()).unwrap();
            });
        }
    });
    let mut lines: Vec<u32> = scene.content().lines().map(|line| line.parse().unwrap()).collect();
    lines.sort_unstable();
    assert_eq!(lines, (0..50).collect::<Vec<u32>>());
}

#[test]
fn a_reader_sees_one_version_or_the_other() {
    let scene = Scene::new(&"0".repeat(100_000));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let seen = scene.content();
                assert_eq!(seen.len(), 100_000);
                assert!(seen.bytes().all(|byte| byte == seen.as_bytes()[0]));
            }
        });
        for round in 1..40_u8 {
            let bytes = vec![b'0' + round % 10; 100_000];
            write(&scene.path, &bytes, NewMode::Default, Options::default(), PATIENCE).unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_lock_that_is_held_for_too_long_is_an_error() {
    let scene = Scene::new("old");
    let _held = lock(&scene.path, PATIENCE).unwrap();
    let other = lock(&scene.directory.path().join("other.yaml"), std::time::Duration::from_millis(30));
    assert!(matches!(other, Err(DiskError::Locked { .. })));
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let scene = Scene::new("12345");
    assert!(matches!(read(&scene.path, 4), Err(DiskError::TooLarge { limit: 4, .. })));
    assert_eq!(read(&scene.path, 5).unwrap().bytes(), b"12345");
    assert_eq!(read(Path::new("/dev/null"), 5).unwrap().bytes(), b"");
    assert!(matches!(read(Path::new("/dev/zero"), 100_000), Err(DiskError::TooLarge { .. })));
    assert!(matches!(read(scene.directory.path(), 5), Err(DiskError::NotAFile { .. })));
}

#[test]
fn an_input_of_unknown_length_is_read_to_its_end() {
    let long = vec![7; 300_000];
    assert_eq!(*read_all(&mut &long[..], 300_000).unwrap().unwrap(), long);
    assert!(read_all(&mut &long[..], 299_999).unwrap().is_none());
}

#[test]
fn a_pipe_is_written_straight_through() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, 0o600.into()).unwrap();
    let read = thread::spawn({
        let path = path.clone();
        move || fs::read(path).unwrap()
    });
    write(&path, b"through", NewMode::Private, Options::default(), PATIENCE).unwrap();
    assert_eq!(read.join().unwrap(), b"through");
    assert!(lock(&path, PATIENCE).is_err());
}

#[test]
fn the_null_device_takes_everything() {
    write(Path::new("/dev/null"), b"x", NewMode::Private, Options::default(), PATIENCE).unwrap();
    assert!(Path::new("/dev/null").metadata().unwrap().rdev() != 0);
}
