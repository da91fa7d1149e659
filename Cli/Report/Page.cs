using System.Reflection;

namespace OnnxInit.Cli.Report;

/// <summary>The frame of every page that this program writes: one file, without scripts, that needs no other and no network.</summary>
internal static class Page
{
    private const string StyleSheet = "report.css";

    private static readonly Html Style = Html.Raw(Resource(StyleSheet));

    /// <summary>A page.</summary>
    /// <param name="title">What a browser's tab says.</param>
    /// <param name="body">The page's header and main part.</param>
    /// <param name="wide">Whether three columns stand side by side on it.</param>
    public static string Of(string title, Html body, bool wide = false) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>{title}</title>
        <style>
        {Style}</style>
        </head>
        <body{(wide ? Html.Of($" class=\"wide\"") : Html.Empty)}>
        {body}
        </body>
        </html>

        """).ToString();

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
