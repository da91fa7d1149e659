using System.Runtime.InteropServices;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference.Quantization.Calibration;

/// <summary>Runs a float32 model on sample inputs and finds the range of every activation that becomes integers.</summary>
/// <param name="graph">The model, to say where a value is from.</param>
/// <param name="names">The values to look at: of nodes, or inputs of the graph.</param>
/// <param name="options">How ranges are found.</param>
internal sealed class ActivationCalibration(ModelGraph graph, IReadOnlySet<string> names, Int8Options options)
{
    /// <summary>Finds the ranges.</summary>
    /// <param name="model">The model with all its values as outputs.</param>
    /// <param name="batches">Sample inputs; gone through once, or twice where histograms are wanted.</param>
    /// <exception cref="InvalidInputException">There are no samples, or a value is NaN or infinite on them.</exception>
    public IReadOnlyDictionary<string, ValueRange> Run(IntermediateValues model, IEnumerable<IReadOnlyList<OnnxTensor>> batches)
    {
        Dictionary<string, ValueRange> seen = names.ToDictionary(name => name, _ => ValueRange.Empty);
        bool any = false;
        foreach ((string name, float[] values) in Values(model, batches))
        {
            any = true;
            seen[name] = seen[name].With(values);
            if (!double.IsFinite(seen[name].Low) || !double.IsFinite(seen[name].High))
            {
                throw new InvalidInputException($"{(graph.Producer(name) is { } node ? $"Node {node.Describe()} gives" : $"The input '{name}' holds")} NaN or infinities on the calibration images, and integers have no range for it. Look for the layer where it begins with 'onnxinit doctor'.");
            }
        }

        return !any ? throw new InvalidInputException("There are no images to calibrate on; expected at least one. Integers need the range of every activation, which only images of the training set show.")
            : options.Method switch
            {
                CalibrationMethod.MinMax => seen,
                CalibrationMethod.Percentile => WithHistograms(model, batches, seen, range => range, values => values, (histogram, _) => PercentileRange.Of(histogram, options.Percentile)),
                _ => WithHistograms(model, batches, seen, range => new(0, Math.Max(-range.Low, range.High)), Magnitudes, EntropyRange.Of),
            };
    }

    private static float[] Magnitudes(float[] values) => [.. values.Where(value => value != 0).Select(MathF.Abs)];

    private Dictionary<string, ValueRange> WithHistograms(
        IntermediateValues model,
        IEnumerable<IReadOnlyList<OnnxTensor>> batches,
        Dictionary<string, ValueRange> seen,
        Func<ValueRange, ValueRange> binned,
        Func<float[], float[]> counted,
        Func<Histogram, ValueRange, ValueRange> range)
    {
        Dictionary<string, Histogram> histograms = seen.ToDictionary(pair => pair.Key, pair => new Histogram(binned(pair.Value), options.Bins));
        foreach ((string name, float[] values) in Values(model, batches))
        {
            histograms[name].Add(counted(values));
        }

        return histograms.ToDictionary(pair => pair.Key, pair => range(pair.Value, seen[pair.Key]));
    }

    private IEnumerable<(string Name, float[] Values)> Values(IntermediateValues model, IEnumerable<IReadOnlyList<OnnxTensor>> batches) =>
        from batch in batches
        from value in batch.Concat(model.Run(batch))
        where names.Contains(value.Name)
        select (value.Name, MemoryMarshal.Cast<byte, float>(value.Data.Span).ToArray());
}
