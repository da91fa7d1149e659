using OnnxInit.Export.Capture;
using static TorchSharp.torch;

namespace OnnxInit.Export.Proof;

/// <summary>Proves a capture: the captured operations, on new data at sizes that were not traced, give what forward gives.</summary>
internal static class ReplayProof
{
    /// <summary>Compares.</summary>
    /// <param name="graph">The captured graph.</param>
    /// <param name="capturer">What captured it.</param>
    /// <exception cref="ExportMismatchException">They differ.</exception>
    public static void Verify(CapturedGraph graph, Capturer capturer)
    {
        foreach ((IReadOnlyDictionary<string, long> sizes, Tensor[] inputs, object? result) in capturer.Samples())
        {
            Verify(graph, sizes, inputs, [.. Snapshot.Tensors(result)]);
        }
    }

    private static void Verify(CapturedGraph graph, IReadOnlyDictionary<string, long> sizes, Tensor[] inputs, Tensor[] expected)
    {
        string at = sizes.Count == 0 ? string.Empty : $" at {string.Join(", ", sizes.Select(size => $"{size.Key} = {size.Value}"))}";
        Tensor[] found;
        try
        {
            found = Replay.Run(graph, inputs, sizes);
        }
        catch (Exception exception) when (exception is not ExportMismatchException)
        {
            throw new ExportMismatchException($"What was captured cannot be computed where forward can{at}: {exception.Message.Split('\n')[0]}");
        }

        for (int i = 0; i < found.Length; i++)
        {
            if (Difference.Of(found[i], expected[i]) is { } difference)
            {
                throw new ExportMismatchException(
                    $"What was captured does not compute what forward does: output {i} differs{at}: {difference}. "
                    + "Something that forward uses changes from call to call, or is not computed by TorchSharp's operations. Make forward a function of its inputs and the model's parameters.");
            }
        }
    }
}
