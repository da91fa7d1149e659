using System.Runtime.InteropServices;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Quantization.Verification;

/// <summary>Runs two forms of a model and compares what each layer gives: the signal's energy over the difference's, in float64.</summary>
internal static class LayerComparison
{
    /// <summary>Compares.</summary>
    /// <param name="floats">The float32 model.</param>
    /// <param name="floatsPath">Its file.</param>
    /// <param name="smaller">The smaller model.</param>
    /// <param name="smallerPath">Its file.</param>
    /// <param name="batches">Inputs.</param>
    public static IReadOnlyList<LayerNoise> Compare(ModelProto floats, string floatsPath, QuantizedModel smaller, string smallerPath, IEnumerable<IReadOnlyList<OnnxTensor>> batches)
    {
        using IntermediateValues floatValues = IntermediateValues.Open(floats, floatsPath);
        using IntermediateValues smallerValues = IntermediateValues.Open(smaller.Model, smallerPath);
        HashSet<string> there = [.. smallerValues.Values.Where(value => value.Type is DataType.Float or DataType.Float16).Select(value => value.Name)];
        Dictionary<string, NodeProto> producers = floats.Graph.Node.SelectMany(node => node.Output.Select(output => (output, node))).Where(pair => pair.output.Length > 0).ToDictionary(pair => pair.output, pair => pair.node);
        List<(string Name, string Counterpart)> pairs = [.. floatValues.Values.Where(value => value.Type == DataType.Float && !Int8.Int8Operators.IsMover(producers[value.Name]))
            .Select(value => (value.Name, Counterpart: smaller.Renamed.GetValueOrDefault(value.Name, value.Name))).Where(pair => there.Contains(pair.Counterpart))];
        Dictionary<string, (double Signal, double Noise)> sums = pairs.ToDictionary(pair => pair.Name, _ => (0.0, 0.0));
        foreach (IReadOnlyList<OnnxTensor> batch in batches)
        {
            Dictionary<string, OnnxTensor> expected = floatValues.Run(batch).ToDictionary(value => value.Name);
            Dictionary<string, OnnxTensor> found = smallerValues.Run(batch).ToDictionary(value => value.Name);
            foreach ((string name, string counterpart) in pairs)
            {
                (double signal, double noise) = Energies(Floats(expected[name]), Floats(found[counterpart]));
                sums[name] = (sums[name].Signal + signal, sums[name].Noise + noise);
            }
        }

        return [.. pairs.Select(pair => new LayerNoise(pair.Name, producers[pair.Name].OpType, producers[pair.Name].DocString, Decibels(sums[pair.Name])))];
    }

    private static (double Signal, double Noise) Energies(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = (double)expected[i] - found[i];
            signal += (double)expected[i] * expected[i];
            noise += difference * difference;
        }

        return (signal, noise);
    }

    private static double? Decibels((double Signal, double Noise) sums) => 10 * Math.Log10(sums.Signal / sums.Noise) is var decibels && double.IsFinite(decibels) ? decibels : null;

    private static float[] Floats(OnnxTensor value) => value.Type == DataType.Float16
        ? [.. MemoryMarshal.Cast<byte, Half>(value.Data.Span).ToArray().Select(half => (float)half)]
        : MemoryMarshal.Cast<byte, float>(value.Data.Span).ToArray();
}
