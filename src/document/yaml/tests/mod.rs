mod comments;
mod laws;
mod scan;
mod seal;
mod write;
