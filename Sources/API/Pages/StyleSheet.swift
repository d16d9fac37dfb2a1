/// `/assets/style.css`: the looks of all pages, light and dark.
enum StyleSheet {
    static let path = "/assets/style.css"

    static let text = """
        :root { color-scheme: light dark; --line: #8884; --quiet: light-dark(#555, #aaa); }
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 0 auto; padding: 1rem; }
        header { border-bottom: 1px solid var(--line); padding-bottom: .5rem; }
        header a { font-weight: 600; text-decoration: none; }
        footer { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: .5rem; color: var(--quiet);
            font-size: .875rem; }
        h1 { font-size: 1.5rem; margin-bottom: 0; }
        h2 { font-size: 1.125rem; margin-top: 2rem; }
        article { border-top: 1px solid var(--line); padding: .75rem 0; overflow-wrap: anywhere; }
        article p { margin: .25rem 0; }
        .by, .by a { color: var(--quiet); font-size: .875rem; text-decoration: none; }
        form label { display: block; }
        form input, form textarea { font: inherit; width: 100%; box-sizing: border-box; padding: .25rem; }
        form input.box { width: auto; }
        form button { font: inherit; padding: .25rem .75rem; }
        .problem { border-left: .25rem solid #c33; padding-left: .5rem; }
        .code { font-size: 1.125rem; overflow-wrap: anywhere; user-select: all; }
        .note { color: var(--quiet); }
        th { text-align: left; font-weight: 400; color: var(--quiet); padding-right: 1rem; }

        """
}
