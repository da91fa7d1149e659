using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OnnxInit.Cli.Playground;

/// <summary>Puts the page together: playground.html with its style, its script, and everything else in base64, compressed with gzip.</summary>
internal static class PlaygroundPage
{
    // The report's comes first: both pages look the same.
    private static readonly string[] Styles = ["report.css", "Playground/playground.css"];

    // In the order in which they use one another.
    private static readonly string[] Scripts = ["Playground/embedded.js", "Playground/pictures.js", "Playground/classifier.js", "Playground/playground.js"];

    /// <summary>The page.</summary>
    /// <param name="data">What the script is told.</param>
    /// <param name="model">The model file.</param>
    /// <param name="pixels">The test images.</param>
    /// <param name="runtime">ONNX Runtime Web.</param>
    public static string Of(PlaygroundData data, byte[] model, byte[] pixels, OnnxRuntimeWeb runtime)
    {
        string style = string.Concat(Styles.Select(Resource));
        string script = string.Concat(Scripts.Select(Resource));
        Dictionary<string, string> parts = new()
        {
            ["policy"] = Policy(style, script),
            ["style"] = style,
            ["script"] = script,
            ["model"] = WebUtility.HtmlEncode(data.Model),
            ["runtime"] = WebUtility.HtmlEncode(data.RuntimeVersion),
            ["data"] = JsonSerializer.Serialize(data, PlaygroundJson.Default.PlaygroundData), // with < and & written as escapes
            ["model-bytes"] = Compress(model),
            ["pixel-bytes"] = Compress(pixels),
            ["runtime-script"] = Compress(runtime.Script),
            ["runtime-binary"] = Compress(runtime.Binary),
        };

        StringBuilder page = new();
        string[] pieces = Resource("Playground/playground.html").Split("{{");
        page.Append(pieces[0]);
        foreach (string piece in pieces[1..])
        {
            int end = piece.IndexOf("}}", StringComparison.Ordinal);
            page.Append(parts[piece[..end]]).Append(piece.AsSpan(end + 2));
        }

        return page.ToString();
    }

    // The page can run its own script and the runtime, which comes as a blob, and can reach nothing else.
    private static string Policy(string style, string script) =>
        $"default-src 'none'; script-src '{Hash(script)}' blob: 'wasm-unsafe-eval'; style-src '{Hash(style)}'; img-src data: blob:; base-uri 'none'; form-action 'none'";

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Compress(byte[] bytes)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return Convert.ToBase64String(compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
    }

    private static string Resource(string name)
    {
        using StreamReader reader = new(typeof(PlaygroundPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n"); // as browsers read it, and hash it
    }
}
