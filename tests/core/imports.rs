//! The crate's modules import each other in one direction only: no module leads back to itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// The path of a module below the crate, such as `["issuer", "wire", "route"]`.
type Module = Vec<String>;

#[test]
fn no_module_imports_itself_by_way_of_others() {
    let graph = graph_of(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert!(graph.len() > 100, "only {} modules were found", graph.len());
    let circles: Vec<_> = circles(&graph).iter().map(|circle| describe(circle, &graph)).collect();
    assert!(circles.is_empty(), "import circles:\n{}", circles.join("\n"));
}

#[test]
fn a_circle_is_found_and_a_facade_is_none() {
    let folder = std::env::temp_dir().join(format!("eiam-token-imports-{}", std::process::id()));
    fs::create_dir_all(folder.join("room")).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("lib.rs", "mod room;\npub use room::first::One;");
    write("room/mod.rs", "pub mod first;\npub mod second;\npub use second::Two;");
    write("room/first.rs", "use crate::{room::{second::{self, Two}}};\npub struct One;");
    write(
        "room/second.rs",
        "pub struct Two;\n#[cfg(test)] mod tests { use super::super::first::One; }",
    );
    let without = circles(&graph_of(&folder));
    write("room/second.rs", "pub struct Two;\nfn f() { let _ = super::first::One; }");
    let with = circles(&graph_of(&folder));
    write(
        "room/second.rs",
        "pub struct Two;\nfn f() { println!(\"{}\", crate::room::first::ONE); }",
    );
    let in_macro = circles(&graph_of(&folder));
    fs::remove_dir_all(&folder).unwrap();
    assert!(without.is_empty(), "{without:?}");
    let name = |last: &str| vec!["room".to_owned(), last.to_owned()];
    assert_eq!(with, [vec![name("first"), name("second")]]);
    assert_eq!(in_macro, with);
}

/// Which module imports which.
fn graph_of(folder: &Path) -> BTreeMap<Module, BTreeSet<Module>> {
    let files = files(folder);
    let modules: BTreeSet<Module> = files.iter().map(|file| module_of(file, folder)).collect();
    files
        .iter()
        .map(|file| {
            let module = module_of(file, folder);
            let mut reader = Imports { modules: &modules, module: &module, found: BTreeSet::new() };
            let text = fs::read_to_string(file).unwrap();
            let parsed =
                syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            reader.visit_file(&parsed);
            let found = reader.found;
            (module, found)
        })
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

fn module_of(file: &Path, folder: &Path) -> Module {
    let path = file.strip_prefix(folder).unwrap().with_extension("");
    let mut names: Module = path.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    if names.last().is_some_and(|last| last == "mod" || last == "lib") {
        names.pop();
    }
    names
}

/// Reads the paths of a file that lead to other modules of the crate.
struct Imports<'a> {
    modules: &'a BTreeSet<Module>,
    module: &'a Module,
    found: BTreeSet<Module>,
}

impl Imports<'_> {
    /// Notes the module that a path leads to: as far as it names modules.
    fn note(&mut self, path: &[String]) {
        let (mut base, mut rest) = match path {
            [first, rest @ ..] if first == "crate" => (Vec::new(), rest),
            [first, rest @ ..] if first == "self" => (self.module.clone(), rest),
            [first, ..] if first == "super" => (self.module.clone(), path),
            [first, ..]
                if self
                    .modules
                    .contains(&[&self.module[..], core::slice::from_ref(first)].concat()) =>
            {
                (self.module.clone(), path)
            }
            _ => return,
        };
        while let [first, following @ ..] = rest
            && first == "super"
        {
            base.pop();
            rest = following;
        }
        let mut target: Module = base.into_iter().chain(rest.iter().cloned()).collect();
        while !self.modules.contains(&target) {
            target.pop();
        }
        if target != *self.module {
            self.found.insert(target);
        }
    }

    fn note_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.note_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) if name.ident == "self" => self.note(before),
            syn::UseTree::Name(name) => self.note(&with(&name.ident)),
            syn::UseTree::Rename(name) => self.note(&with(&name.ident)),
            syn::UseTree::Glob(_) => self.note(before),
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.note_tree(before, tree));
            }
        }
    }
}

/// Whether something is there for tests only.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|one| {
        one.path().is_ident("cfg")
            && one.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

impl<'ast> Visit<'ast> for Imports<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_for_tests(&item.attrs) {
            self.note_tree(&[], &item.tree);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        let attributes = match statement {
            syn::Stmt::Expr(syn::Expr::Call(call), _) => &call.attrs,
            syn::Stmt::Expr(syn::Expr::Block(block), _) => &block.attrs,
            _ => &Vec::new(),
        };
        if !is_for_tests(attributes) {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|one| one.ident.to_string()).collect();
        // A name alone is one that was imported, or the module's own.
        if names.len() > 1 {
            self.note(&names);
        }
        visit::visit_path(self, path);
    }

    /// What a macro is given is no syntax yet: only paths that say where they begin are found in it.
    fn visit_macro(&mut self, one: &'ast syn::Macro) {
        let text = one.tokens.to_string();
        let words: Vec<&str> = text.split_whitespace().collect();
        for start in 0..words.len() {
            if matches!(words[start], "crate" | "super") {
                let path: Vec<String> = words[start..]
                    .chunks(2)
                    .scan(true, |more, pair| {
                        let name = more.then(|| pair[0].to_owned());
                        *more = pair.get(1) == Some(&"::");
                        name
                    })
                    .collect();
                self.note(&path);
            }
        }
        visit::visit_macro(self, one);
    }
}

/// The groups of modules that lead to one another, each in order.
fn circles(graph: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Vec<Module>> {
    let reachable: BTreeMap<&Module, BTreeSet<&Module>> =
        graph.keys().map(|module| (module, reachable_from(module, graph))).collect();
    let mut circles: Vec<Vec<Module>> = Vec::new();
    for module in graph.keys() {
        let known = circles.iter().any(|circle| circle.contains(module));
        if !known && reachable[module].contains(module) {
            let back = |other: &&&Module| reachable[*other].contains(module);
            let circle = reachable[module].iter().filter(back).map(|one| (*one).clone());
            circles.push(circle.collect());
        }
    }
    circles
}

fn reachable_from<'a>(
    module: &Module,
    graph: &'a BTreeMap<Module, BTreeSet<Module>>,
) -> BTreeSet<&'a Module> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Module> = graph[module].iter().collect();
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(&graph[next]);
        }
    }
    found
}

fn describe(circle: &[Module], graph: &BTreeMap<Module, BTreeSet<Module>>) -> String {
    let name = |module: &Module| format!("crate::{}", module.join("::"));
    let lines = circle.iter().flat_map(|from| {
        let inside = graph[from].iter().filter(|to| circle.contains(to));
        inside.map(move |to| format!("  {} imports {}", name(from), name(to)))
    });
    lines.collect::<Vec<_>>().join("\n")
}
