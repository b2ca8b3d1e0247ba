//! What the server's handlers share.

use crate::guard::{HostName, OwnAddress};
use crate::key::Key;
use crate::live::Live;
use crate::reference::References;
use crate::site::Site;
use anyhow::{Context, Result};
use manifest::Course;
use snippets::Compiler;
use std::path::Path;
use std::sync::Arc;

/// One of each.
#[derive(Clone)]
pub struct Parts {
    pub course: Arc<Course>,
    pub own: Arc<OwnAddress>,
    pub key: Arc<Key>,
    pub site: Arc<Site>,
    pub live: Arc<Live>,
    pub compiler: Arc<Compiler>,
    pub references: Arc<References>,
}

impl Parts {
    /// Of a server on this port, with names that the user allows; nothing is built yet.
    pub fn new(
        root: &Path,
        course: &Arc<Course>,
        port: u16,
        allowed: Vec<HostName>,
    ) -> Result<Parts> {
        Ok(Parts {
            course: Arc::clone(course),
            own: Arc::new(OwnAddress::new(port, allowed)),
            key: Arc::new(Key::new(port).context("no random numbers for a key")?),
            site: Arc::new(Site::new(root, port)),
            live: Arc::new(Live::default()),
            compiler: Arc::new(Compiler::new(root, &course.snippets)?),
            references: Arc::new(References::new(root, &course.labs)),
        })
    }
}
