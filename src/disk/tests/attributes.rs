use super::*;
use rustix::fs::XattrFlags;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

#[test]
fn the_mode_is_kept() {
    for mode in [0o644, 0o600, 0o660, 0o604, 0o640] {
        let scene = Scene::new("old");
        fs::set_permissions(&scene.path, fs::Permissions::from_mode(mode)).unwrap();
        scene.replace().unwrap();
        assert_eq!(fs::metadata(&scene.path).unwrap().mode() & 0o7777, mode);
    }
}

#[test]
fn root_keeps_owner_and_group() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("SKIPPED root_keeps_owner_and_group: needs root");
        return;
    }
    let scene = Scene::new("old");
    fs::set_permissions(&scene.path, fs::Permissions::from_mode(0o640)).unwrap();
    chown(&scene.path, Some(1234), Some(4321)).unwrap();
    scene.replace().unwrap();
    let now = fs::metadata(&scene.path).unwrap();
    assert_eq!((now.uid(), now.gid(), now.mode() & 0o7777), (1234, 4321, 0o640));
}

#[test]
fn extended_attributes_are_kept() {
    let scene = Scene::new("old");
    if rustix::fs::setxattr(&scene.path, "user.note", b"kept", XattrFlags::empty()).is_err() {
        eprintln!("SKIPPED extended_attributes_are_kept: the file system has none");
        return;
    }
    scene.replace().unwrap();
    let mut value = [0; 16];
    let length = rustix::fs::getxattr(&scene.path, "user.note", &mut value).unwrap();
    assert_eq!(&value[..length], b"kept");
}

/// A list in the kernel's form: version 2, then (tag, permissions, id) entries.
fn acl(entries: &[(u16, u16, u32)]) -> Vec<u8> {
    let mut bytes = 2_u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(permissions.to_le_bytes());
        bytes.extend(id.to_le_bytes());
    }
    bytes
}

/// Owner rw, user 1234 as given, group r, mask as given, others nothing.
fn acl_for_1234(permissions: u16, mask: u16) -> Vec<u8> {
    let none = u32::MAX;
    acl(&[(1, 6, none), (2, permissions, 1234), (4, 4, none), (16, mask, none), (32, 0, none)])
}

#[test]
fn an_access_control_list_is_kept() {
    let scene = Scene::new("old");
    let list = acl_for_1234(4, 4);
    let name = "system.posix_acl_access";
    if rustix::fs::setxattr(&scene.path, name, &list, XattrFlags::empty()).is_err() {
        eprintln!("SKIPPED an_access_control_list_is_kept: the file system has none");
        return;
    }
    scene.replace().unwrap();
    let mut value = [0; 256];
    let length = rustix::fs::getxattr(&scene.path, name, &mut value).unwrap();
    assert_eq!(value[..length], list);
}

#[test]
fn the_list_that_a_directory_gives_to_new_files_lets_nobody_in() {
    let scene = Scene::new("old");
    fs::set_permissions(&scene.path, fs::Permissions::from_mode(0o640)).unwrap();
    let default = "system.posix_acl_default";
    let list = acl_for_1234(6, 6);
    if rustix::fs::setxattr(scene.directory.path(), default, &list, XattrFlags::empty()).is_err() {
        eprintln!("SKIPPED the_list_that_a_directory_gives…: the file system has none");
        return;
    }
    scene.replace().unwrap();
    let found = rustix::fs::getxattr(&scene.path, "system.posix_acl_access", &mut [0_u8; 256]);
    assert_eq!(found, Err(rustix::io::Errno::NODATA));
    assert_eq!(fs::metadata(&scene.path).unwrap().mode() & 0o777, 0o640);
}

#[test]
fn a_new_version_starts_with_no_more_permissions_than_the_old_one_has() {
    for mode in [0o644, 0o440, 0o400, 0o200] {
        let scene = Scene::new("old");
        let guard = lock(&scene.path, PATIENCE).unwrap();
        let new = temporary::Temporary::create(&guard, super::super::replace::first_mode(mode)).unwrap();
        assert_eq!(new.file.metadata().unwrap().mode() & 0o7777 & !(mode & 0o600), 0);
        drop(new);
        assert_eq!(scene.names(), ["secrets.yaml"], "it did not remove itself");
    }
}
