using System.Runtime.InteropServices;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference.Quantization.Float16;

/// <summary>Checks that everything that becomes float16 has a place there: a value beyond its end would be an infinity, and nobody would see where it began.</summary>
internal sealed class Float16Range(ModelGraph graph)
{
    private const int MostShown = 5;

    private readonly float _largest = (float)Half.MaxValue;
    private readonly Dictionary<string, float> _beyond = [];

    // An attention mask is an infinity on purpose, and float16 has it: only a number that would become one is a mistake.
    private readonly bool _meansInfinity = graph.Constants.Values.Any(constant => constant.DataType == (int)TensorProto.Types.DataType.Float && TensorData.Floats(constant).Any(float.IsInfinity));

    /// <summary>Numbers other than 0 among the constants that become 0.</summary>
    public long UnderflowingWeights { get; private set; }

    /// <summary>Numbers other than 0 among the activations that become 0.</summary>
    public long UnderflowingActivations { get; private set; }

    /// <summary>Looks at constants.</summary>
    public void AddConstants(IEnumerable<TensorProto> constants)
    {
        foreach (TensorProto constant in constants)
        {
            UnderflowingWeights += Add(constant.Name, TensorData.Floats(constant));
        }
    }

    /// <summary>Looks at the values of one run.</summary>
    public void AddActivations(IEnumerable<OnnxTensor> values)
    {
        foreach (OnnxTensor value in values)
        {
            UnderflowingActivations += Add(value.Name, MemoryMarshal.Cast<byte, float>(value.Data.Span));
        }
    }

    /// <summary>Refuses what was found.</summary>
    /// <param name="path">The model's file.</param>
    /// <exception cref="InvalidInputException">A number is above 65,504 in magnitude, NaN, or infinite in a model whose constants are all finite.</exception>
    public void Check(string path)
    {
        if (_beyond.Count > 0)
        {
            string shown = string.Join("; ", _beyond.Take(MostShown).Select(pair => $"{Place(pair.Key)} {pair.Value:G6}"));
            string more = _beyond.Count > MostShown ? $"; and {_beyond.Count - MostShown} more" : string.Empty;
            throw new InvalidInputException($"The model '{path}' does not fit into float16, which ends at {_largest:N0}: {shown}{more}. Scale that layer down and train on, use bfloat16 or float32, or quantize to int8.");
        }
    }

    // Gives the number of underflows, and keeps the first number of a name that is no number, or else the greatest beyond the end.
    private long Add(string name, ReadOnlySpan<float> values)
    {
        long underflows = 0;
        foreach (float value in values)
        {
            if (!(Math.Abs(value) <= _largest) && !(_meansInfinity && float.IsInfinity(value)))
            {
                bool isWorse = !_beyond.TryGetValue(name, out float worst) || (!float.IsNaN(worst) && !(Math.Abs(value) <= Math.Abs(worst)));
                _beyond[name] = isWorse ? value : worst;
            }

            underflows += value != 0 && (Half)value == Half.Zero ? 1 : 0;
        }

        return underflows;
    }

    private string Place(string name) => graph.Constants.ContainsKey(name)
        ? graph.Nodes.FirstOrDefault(node => node.Input.Contains(name)) is { } reader ? $"the constant '{name}' of node {reader.Describe()} holds" : $"the constant '{name}' holds"
        : graph.Producer(name) is { } producer ? $"node {producer.Describe()} gives" : $"the input '{name}' holds";
}
