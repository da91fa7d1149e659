using System.Text.Json;
using System.Text.RegularExpressions;

namespace OnnxInit.Contracts.Models;

/// <summary>A network as data: layers one after the other.</summary>
/// <param name="Name">What it is called, such as <c>mlp</c>.</param>
/// <param name="Input">The shape of one input without the batch axis: [3, 32, 32].</param>
/// <param name="Layers">First to last.</param>
public sealed partial record ModelSpec(string Name, IReadOnlyList<int> Input, IReadOnlyList<LayerSpec> Layers)
{
    /// <summary>Reads and checks a specification.</summary>
    /// <param name="json">The JSON text.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <exception cref="InvalidInputException">It is no JSON, has a member that is not known, or describes an impossible network.</exception>
    public static ModelSpec Parse(string json, string source)
    {
        ModelSpec? spec;
        try
        {
            spec = JsonSerializer.Deserialize(json, ModelSpecJson.Default.ModelSpec);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidInputException(
                $"The model specification {source} cannot be read: {exception.Message} Layers are of type {string.Join(", ", LayerSpec.Types)}. 'onnxinit inspect mlp' prints one that works.", exception);
        }

        if (spec?.Name is null || spec.Input is null || spec.Layers is null || spec.Layers.Any(layer => layer is null))
        {
            throw new InvalidInputException($"The model specification {source} is incomplete: expected name, input and layers, none of them null.");
        }

        spec.Trace();
        return spec;
    }

    /// <summary>Reads and checks a specification file.</summary>
    /// <param name="path">A JSON file.</param>
    /// <exception cref="InvalidInputException">As <see cref="Parse"/>, or the file cannot be read.</exception>
    public static ModelSpec Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), $"'{path}'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The model specification '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The specification as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ModelSpecJson.Default.ModelSpec);

    /// <summary>The specification on one line, as a model file carries it.</summary>
    public string ToCompactJson() => JsonSerializer.Serialize(this, ModelSpecJson.Compact.ModelSpec);

    /// <summary>Every layer with its name and the shapes that go in and come out.</summary>
    /// <exception cref="InvalidInputException">Names every layer that is wrong; shapes are followed up to the first that is impossible.</exception>
    public IReadOnlyList<TracedLayer> Trace()
    {
        List<string> problems = [];
        if (Input.Count == 0 || Input.Any(axis => axis < 1))
        {
            problems.Add($"the input {Text(Input)} needs one or more axes, each at least 1");
        }

        if (!FileName().IsMatch(Name))
        {
            problems.Add("its name is not made of letters, digits, '.', '_' and '-', starting with a letter or digit");
        }

        if (Layers.Count == 0)
        {
            problems.Add("there are no layers");
        }

        List<TracedLayer> traced = [];
        Dictionary<string, int> ordinals = [];
        HashSet<string> names = [];
        IReadOnlyList<int>? shape = problems.Count == 0 ? Input : null;
        for (int index = 0; index < Layers.Count; index++)
        {
            LayerSpec layer = Layers[index];
            int ordinal = ordinals[layer.Kind] = ordinals.GetValueOrDefault(layer.Kind) + 1;
            string name = layer.Name ?? $"{layer.Kind}{ordinal}";
            if (!Identifier().IsMatch(name))
            {
                problems.Add($"layer {index} is named '{name}'; expected letters, digits and _, not starting with a digit");
            }
            else if (!names.Add(name))
            {
                problems.Add($"layer {index} is named '{name}' as a layer before it");
            }

            if (shape is not null)
            {
                IReadOnlyList<int> input = shape;
                shape = layer.Infer(input, out string? problem);
                if (shape is null)
                {
                    problems.Add($"layer {index} '{name}' {problem}");
                }
                else
                {
                    traced.Add(new(name, layer, input, shape));
                }
            }
        }

        return problems.Count == 0 ? traced : throw new InvalidInputException($"The network '{Name}' is impossible: {string.Join("; ", problems)}.");
    }

    /// <summary>The shape of one output without the batch axis.</summary>
    public IReadOnlyList<int> OutputShape() => Trace()[^1].Output;

    /// <inheritdoc/>
    public bool Equals(ModelSpec? other) =>
        other is not null && Name == other.Name && Input.SequenceEqual(other.Input) && Layers.SequenceEqual(other.Layers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Input.Count, Layers.Count);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex FileName();

    internal static string Text(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Identifier();
}

/// <summary>A layer in its place.</summary>
/// <param name="Name">The name given or generated.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Input">The shape that goes in, without the batch axis.</param>
/// <param name="Output">The shape that comes out.</param>
public sealed record TracedLayer(string Name, LayerSpec Layer, IReadOnlyList<int> Input, IReadOnlyList<int> Output);
