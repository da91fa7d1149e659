using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Finds the source line of a place in IL, by the portable PDB beside an assembly or in it.</summary>
internal static class SourceLines
{
    private static readonly ConcurrentDictionary<Module, Lazy<SymbolFile?>> Symbols = [];
    private static readonly ConcurrentDictionary<(Module, int), (int Offset, SourceLocation Location)[]> Points = [];

    /// <summary>The line that compiled to a place in IL.</summary>
    /// <param name="method">The method; of a lambda or an iterator, the one that the compiler made.</param>
    /// <param name="ilOffset">Where in its IL.</param>
    /// <returns>The line; null where no symbols tell.</returns>
    public static SourceLocation? Find(MethodBase method, int ilOffset)
    {
        var points = Points.GetOrAdd((method.Module, method.MetadataToken), static key => Read(key.Item1, key.Item2));

        // Hidden points are left out: code that the compiler adds belongs to the line before it.
        var index = Array.FindLastIndex(points, point => point.Offset <= ilOffset);
        return points.Length == 0 ? null : points[Math.Max(index, 0)].Location;
    }

    private static (int Offset, SourceLocation Location)[] Read(Module module, int token)
    {
        var handle = (MethodDefinitionHandle)MetadataTokens.EntityHandle(token);
        if (Symbols.GetOrAdd(module, static key => new(() => Open(key))).Value?.Reader is not { } symbols
            || MetadataTokens.GetRowNumber(handle) > symbols.MethodDebugInformation.Count)
        {
            return [];
        }

        var method = symbols.GetMethodDebugInformation(handle);
        return [.. from point in method.GetSequencePoints()
                   where !point.IsHidden
                   let file = symbols.GetString(symbols.GetDocument(point.Document).Name)
                   select (point.Offset, new SourceLocation(FileName(file), point.StartLine))];
    }

    /// <summary>The last part, whatever system the path is of.</summary>
    private static string FileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];

    private static SymbolFile? Open(Module module)
    {
        try
        {
            var image = new PEReader(File.OpenRead(module.FullyQualifiedName), PEStreamOptions.PrefetchEntireImage);
            return image.TryOpenAssociatedPortablePdb(module.FullyQualifiedName, Open, out var symbols, out _) && symbols is not null
                ? new SymbolFile(image, symbols, symbols.GetMetadataReader())
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or BadImageFormatException or ArgumentException
            or NotSupportedException)
        {
            // In memory, in a single file, not readable: a message without a line is better than none.
            return null;
        }
    }

    private static FileStream? Open(string path) => File.Exists(path) ? File.OpenRead(path) : null;

    /// <summary>Owner and reader together: a reader looks into its owner's memory, and does not keep it.</summary>
    private sealed record SymbolFile(PEReader Image, MetadataReaderProvider Provider, MetadataReader Reader);
}
