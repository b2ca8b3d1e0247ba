//! `cargo workshop`: the book on this machine, live.
//!
//! | file | what it does |
//! |---|---|
//! | `lib.rs` | starts everything, and stops it on Ctrl-C |
//! | `parts.rs` | what the server's handlers share |
//! | `guard.rs` | turns away requests that another site's page could make |
//! | `site.rs` | the last good book, as files |
//! | `builder.rs` | builds the book, and again after an edit |
//! | `watch.rs` | notices edits |
//! | `background.rs` | what is built after the page is up: widgets, snippets, the reference servers |
//! | `jobs.rs` | how one asks for what is built in the background |
//! | `live.rs` | `/-/live`: tells open pages what changed |
//! | `compile.rs` | `/-/compile`: compiles a reader's edit of a snippet |
//! | `tunnel.rs` | `/-/wire`: from a page's WebSocket to a lab's server |
//! | `reference.rs` | the solutions' servers, as child processes |

mod background;
mod builder;
mod compile;
mod guard;
mod jobs;
mod live;
mod parts;
mod reference;
mod site;
mod tunnel;
mod watch;

#[cfg(test)]
mod tests;

use actix_web::dev::Server;
use actix_web::guard::{Any, Get, Head};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use anyhow::{Context, Result, anyhow};
use builder::Builder;
use manifest::Course;
use parts::Parts;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::{io, thread};
use tools::process;

/// The usual port; mdBook's, too.
pub const PORT: u16 = 3000;

/// Serves the book on this machine until Ctrl-C, and opens it in a browser if it may.
///
/// # Errors
/// The port is taken, or nothing can be watched or compiled here. A book that can't be built is no
/// error: the next edit may put it right.
pub fn run(root: &Path, course: &Arc<Course>, port: u16, open: bool) -> Result<()> {
    let listener = bind(port)?;
    let address = listener.local_addr()?;
    let parts = Parts::new(root, course, address.port())?;
    let (jobs, wanted) = jobs::channel();
    let builder = Builder::new(root, &parts, jobs.clone());

    // Before the first page is asked for, so that it is there. Should it fail, the message is on
    // the terminal and in the page, and the next edit may put it right.
    builder.build();
    let _watcher = watch::start(root, course, builder.clone(), jobs)?;
    let url = format!("http://{address}/");
    println!("The workshop is open at {url} (Ctrl-C stops it)");
    if open {
        open_browser(url);
    }
    let references = Arc::clone(&parts.references);
    let background = background::Background::new(root, &parts, builder);
    process::own_groups();
    thread::spawn(move || background.run(wanted));

    let served = actix_web::rt::System::new()
        .block_on(async { server(listener, Arc::new(tunnel::yours), parts)?.await });
    process::end();
    references.stop();
    served.context("the server stopped")
}

/// The server, which runs when it is awaited. `yours` is where the attendee's own ones listen.
fn server(listener: TcpListener, yours: tunnel::Yours, parts: Parts) -> io::Result<Server> {
    let port = listener.local_addr()?.port();
    let own = web::Data::new(guard::OwnAddress::new(port));
    let turn = web::Data::new(compile::Turn::default());
    let tunnels = web::Data::new(tunnel::Tunnels::new(yours));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(own.clone())
            .app_data(turn.clone())
            .app_data(tunnels.clone())
            .app_data(web::Data::from(Arc::clone(&parts.course)))
            .app_data(web::Data::from(Arc::clone(&parts.site)))
            .app_data(web::Data::from(Arc::clone(&parts.live)))
            .app_data(web::Data::from(Arc::clone(&parts.compiler)))
            .app_data(web::Data::from(Arc::clone(&parts.references)))
            .wrap(from_fn(guard::guard))
            .service(
                web::scope("/-")
                    .route("/live", web::get().to(live::connect))
                    .service(compile::resource())
                    .route("/wire/{lab}/{server}", web::get().to(tunnel::connect)),
            )
            .default_service(web::route().guard(Any(Get()).or(Head())).to(site::page))
    });
    // A page holds its WebSocket open for as long as it is shown: stopping doesn't wait for it.
    Ok(server.workers(2).shutdown_timeout(1).listen(listener)?.run())
}

/// Listens on loopback only: other machines can't reach it.
fn bind(port: u16) -> Result<TcpListener> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            let see = if cfg!(windows) {
                format!("netstat -ano | findstr :{port}")
            } else {
                format!("lsof -i :{port}")
            };
            let other = if port == u16::MAX { PORT } else { port + 1 };
            anyhow!(
                "port {port} is taken, perhaps by an earlier `cargo workshop`: \
                 `{see}` shows by what, and `cargo workshop --port {other}` chooses another"
            )
        }
        ErrorKind::PermissionDenied => anyhow!(
            "port {port} is not for ordinary users: choose another, as in `cargo workshop --port {PORT}`"
        ),
        _ => anyhow!("can't listen on {address}: {error}"),
    })
}

/// On a thread of its own, since some systems wait for the browser to come up.
fn open_browser(url: String) {
    thread::spawn(move || {
        if opener::open(&url).is_err() {
            println!("No browser could be opened from here: open {url} yourself");
        }
    });
}
