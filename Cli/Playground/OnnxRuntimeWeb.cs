using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using OnnxInit.Contracts;

namespace OnnxInit.Cli.Playground;

/// <summary>ONNX Runtime for browsers: what a page needs of the npm package onnxruntime-web to run a model on the CPU.</summary>
/// <param name="Version">The package's version.</param>
/// <param name="Script">An ECMAScript module that needs no other file than the next.</param>
/// <param name="Binary">WebAssembly.</param>
internal sealed record OnnxRuntimeWeb(string Version, byte[] Script, byte[] Binary)
{
    private const string Manifest = "package.json";
    private const string ScriptFile = "dist/ort.wasm.bundle.min.mjs";
    private const string BinaryFile = "dist/ort-wasm-simd-threaded.wasm";

    /// <summary>The version that the playground is tested with.</summary>
    public static NpmPackage Package { get; } = new("onnxruntime-web", "1.30.0", "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ==");

    /// <summary>Reads the package: the user's copy, or the one that npm fetches.</summary>
    /// <param name="copy">A folder that holds the unpacked package, such as <c>node_modules/onnxruntime-web</c>, or its .tgz; null for npm's.</param>
    /// <exception cref="InvalidInputException">The copy is none, or npm cannot help.</exception>
    public static OnnxRuntimeWeb Open(string? copy) => copy is null ? FromArchive(Package.Fetch())
        : Directory.Exists(copy) ? FromFolder(copy)
        : File.Exists(copy) ? FromArchive(copy)
        : throw new InvalidInputException($"There is no '{copy}'. Name the folder of an unpacked npm package {Package.Name}, such as node_modules/{Package.Name}, or its .tgz, with --{Package.Name}.");

    private static OnnxRuntimeWeb FromFolder(string folder)
    {
        Dictionary<string, byte[]> files = [];
        foreach (string name in (string[])[Manifest, ScriptFile, BinaryFile])
        {
            if (File.Exists(Path.Combine(folder, name)))
            {
                files[name] = File.ReadAllBytes(Path.Combine(folder, name));
            }
        }

        return From(folder, files);
    }

    private static OnnxRuntimeWeb FromArchive(string archive)
    {
        Dictionary<string, byte[]> files = [];
        try
        {
            using FileStream stream = File.OpenRead(archive);
            using GZipStream content = new(stream, CompressionMode.Decompress);
            using TarReader reader = new(content);
            while (reader.GetNextEntry() is { } entry)
            {
                string name = entry.Name[(entry.Name.IndexOf('/', StringComparison.Ordinal) + 1)..]; // below "package/"
                if (name is Manifest or ScriptFile or BinaryFile && entry.DataStream is { } data)
                {
                    using MemoryStream bytes = new((int)entry.Length);
                    data.CopyTo(bytes);
                    files[name] = bytes.ToArray();
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw new InvalidInputException($"'{archive}' is no npm package: {exception.Message} Name the folder of an unpacked {Package.Name}, or its .tgz, with --{Package.Name}.", exception);
        }

        return From(archive, files);
    }

    private static OnnxRuntimeWeb From(string place, Dictionary<string, byte[]> files)
    {
        string[] missing = [.. ((string[])[Manifest, ScriptFile, BinaryFile]).Except(files.Keys)];
        return missing.Length == 0
            ? new OnnxRuntimeWeb(ReadVersion(place, files[Manifest]), files[ScriptFile], files[BinaryFile])
            : throw new InvalidInputException($"'{place}' is no npm package {Package.Name} that the playground can use: {string.Join(", ", missing)} missing. Name a copy of version {Package.Version} with --{Package.Name}, or leave the option out to have npm fetch it.");
    }

    private static string ReadVersion(string place, byte[] manifest)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(manifest);
            return document.RootElement.GetProperty("name").GetString() == Package.Name
                ? document.RootElement.GetProperty("version").GetString()!
                : throw new KeyNotFoundException("it is of another package.");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidInputException($"The {Manifest} of '{place}' is not that of {Package.Name}: {exception.Message} Name a copy of version {Package.Version} with --{Package.Name}.", exception);
        }
    }
}
