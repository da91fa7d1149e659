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
        (IReadOnlyDictionary<string, long> sizes, Tensor[] inputs, object? result) = capturer.Samples().First();
        Tensor[] expected = [.. Snapshot.Tensors(result)];
        Tensor[] found;
        try
        {
            found = Replay.Run(graph, inputs, sizes);
        }
        catch (Exception exception) when (exception is not ExportMismatchException)
        {
            throw new ExportMismatchException($"What was captured cannot be computed where forward can, at {string.Join(", ", sizes.Select(size => $"{size.Key} = {size.Value}"))}: {exception.Message.Split('\n')[0]}");
        }

        for (int i = 0; i < found.Length; i++)
        {
            if (Difference.Of(found[i], expected[i]) is { } difference)
            {
                throw new ExportMismatchException(
                    $"What was captured does not compute what forward does: output {i} differs at {string.Join(", ", sizes.Select(size => $"{size.Key} = {size.Value}"))}: {difference}. "
                    + "Something that forward uses changes from call to call, or is not computed by TorchSharp's operations. Make forward a function of its inputs and the model's parameters.");
            }
        }
    }
}
