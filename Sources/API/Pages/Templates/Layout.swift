extension PageTemplates {
    /// Around every page. `{{$content}}` is the page's own.
    static let layout = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}}</title>
        <link rel="stylesheet" href="/assets/style.css">
        {{#feed}}<link rel="alternate" type="application/atom+xml" title="{{title}}" href="{{.}}">
        {{/feed}}{{#canonical}}<link rel="canonical" href="{{.}}">
        {{/canonical}}{{#noindex}}<meta name="robots" content="noindex">
        {{/noindex}}</head>
        <body>
        <header><a href="/">{{site}}</a></header>
        <main>
        {{$content}}{{/content}}
        </main>
        <footer>{{site}} is a <a href="/">Statuscast</a> server; apps for Mastodon work with it.</footer>
        </body>
        </html>

        """

    /// One status in a list or alone.
    static let status = """
        <article id="{{id}}">
        <p class="by"><a href="{{profile}}"><b>{{name}}</b> @{{username}}</a>
        <a href="{{url}}"><time datetime="{{created}}">{{shown}}</time></a></p>
        {{#spoiler}}<details><summary>{{.}}</summary>
        <div lang="{{language}}">{{{content}}}</div></details>
        {{/spoiler}}{{^spoiler}}<div lang="{{language}}">{{{content}}}</div>
        {{/spoiler}}</article>

        """

    static let message = """
        {{<layout}}{{$content}}<h1>{{heading}}</h1>
        <p>{{text}}</p>
        {{/content}}{{/layout}}
        """
}
