using System.Security.Cryptography;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Inference.Localization;

/// <summary>
/// Finds the first node of an exported model whose value departs from TorchSharp's. Every node is given TorchSharp's values and measured alone, so that
/// what goes wrong early is not found again in everything behind it, nor rounding that builds up taken for an error.
/// </summary>
public sealed class DivergenceLocalizer
{
    private readonly string _path;
    private readonly OnnxModelOptions _options;
    private readonly ModelProto _model;
    private readonly ReferenceIntermediates _reference;
    private readonly ValueGraph _graph;
    private readonly Dictionary<string, OnnxTensor> _known;

    private DivergenceLocalizer(string path, ReferenceIntermediates reference, OnnxModelOptions options)
    {
        _path = path;
        _options = options;
        _reference = reference;
        _model = OnnxFile.Load(path);
        _graph = new(_model.Graph);
        _known = reference.Values.Where(value => _graph.Has(value.Tensor.Name)).ToDictionary(value => value.Tensor.Name, value => value.Tensor);
    }

    /// <summary>Compares a model with the intermediate values that were kept when it was exported.</summary>
    /// <param name="modelPath">The model file, with its external data beside it.</param>
    /// <param name="reference">The values. The model need not be, bit for bit, the file that they were written with: a broken one is not.</param>
    /// <param name="options">How it is run; <see cref="IntermediateValues.AsWritten"/> where left out, since ONNX Runtime's optimisation changes nodes.</param>
    /// <exception cref="InvalidInputException">
    /// The file is no ONNX model; it takes other inputs than the values were computed from, or has none of the values; ONNX Runtime cannot load or run it; or the provider is not there.
    /// </exception>
    public static LocalizationReport Localize(string modelPath, ReferenceIntermediates reference, OnnxModelOptions? options = null) =>
        new DivergenceLocalizer(modelPath, reference, options ?? IntermediateValues.AsWritten).Localize();

    private LocalizationReport Localize()
    {
        CheckFits();
        Dictionary<string, OnnxTensor> whole = Run(_model, _reference.Inputs);

        // Behind a value of another shape nothing can be given TorchSharp's values.
        int comparable = _reference.Values.TakeWhile(value => !whole.TryGetValue(value.Tensor.Name, out OnnxTensor? found) || HaveOneForm(found, value.Tensor)).Count();
        string[] names = [.. _reference.Values.Take(comparable + 1).Select(value => value.Tensor.Name).Where(whole.ContainsKey)];
        Dictionary<string, Group> groups = names.ToDictionary(name => name, name => new Group(_graph.Between(_known.Keys.ToHashSet(), name)));

        (ModelProto fed, IReadOnlySet<string> given) = FedModel.Create(_model, _known, groups.Values.SelectMany(group => group.Nodes).ToHashSet());
        Random random = new(17);
        OnnxTensor[] inputs = [.. _reference.Inputs, .. _reference.Values.Select(value => value.Tensor).Where(tensor => given.Contains(tensor.Name))];
        Dictionary<string, OnnxTensor> alone = Run(fed, inputs);
        Dictionary<string, OnnxTensor> changed = Run(fed, [.. inputs.Select(input => Rounding.Change(input, random))]);

        Dictionary<string, ComparedValue> values = names.ToDictionary(name => name, name =>
        {
            OnnxTensor expected = _known[name];
            OnnxTensor found = alone[FedModel.NameOf(name)];
            double magnitude = TensorDifference.Magnitude(expected);
            return new ComparedValue(
                name, magnitude, TensorDifference.Greatest(found, expected),
                Rounding.Bound(expected.Type, magnitude, TensorDifference.GreatestFinite(changed[FedModel.NameOf(name)], found)),
                TensorDifference.Greatest(whole[name], expected));
        });
        return Report(values, groups, whole);
    }

    private LocalizationReport Report(Dictionary<string, ComparedValue> values, Dictionary<string, Group> groups, Dictionary<string, OnnxTensor> whole)
    {
        HashSet<int> right = [.. values.Values.Where(value => !value.Departs).SelectMany(value => groups[value.Name].Nodes)];
        Departure[] departures = [.. values.Values.Where(value => value.Departs).DistinctBy(value => groups[value.Name].Nodes.Max)
            .Select(value => Departure(value, groups[value.Name], right, values, whole))];
        ComparedValue output = _model.Graph.Output.Select(output => output.Name).Where(_known.ContainsKey)
            .Select(name => values.GetValueOrDefault(name) ?? new(name, TensorDifference.Magnitude(_known[name]), double.NaN, double.NaN, TensorDifference.Greatest(whole[name], _known[name])))
            .MaxBy(value => value.Accumulated) ?? values.Values.Last();
        using FileStream stream = File.OpenRead(_path);
        return new()
        {
            Verdict = departures.Length > 0 ? LocalizationVerdict.NodeDeparts : output.Accumulated == 0 ? LocalizationVerdict.NoDifference : LocalizationVerdict.RoundingBuildsUp,
            Departures = departures,
            Missing = [.. _reference.Values.Where(value => !_known.ContainsKey(value.Tensor.Name)).Select(Exported)],
            Changed = [.. _reference.Values.Where(value => _known.ContainsKey(value.Tensor.Name) && _graph.Producer(value.Tensor.Name).OpType != value.Operator)
                .Select(value => new ChangedOperator(Node(_graph.Producer(value.Tensor.Name)), value.Operator))],
            Values = [.. values.Values],
            Output = output,
            Model = Path.GetFileName(_path),
            ModelDigest = Convert.ToHexStringLower(SHA256.HashData(stream)),
            ExportedDigest = _reference.ModelDigest,
            Sample = _reference.Sample,
            Provider = _options.Provider.ToString(),
            OnnxRuntimeVersion = OnnxModel.OnnxRuntimeVersion,
        };
    }

    // Of several nodes, those that also compute a value that agrees are hardly the cause.
    private Departure Departure(ComparedValue value, Group group, HashSet<int> right, Dictionary<string, ComparedValue> values, Dictionary<string, OnnxTensor> whole)
    {
        OnnxTensor found = whole[value.Name];
        OnnxTensor expected = _known[value.Name];
        int[] suspects = [.. group.Nodes.Where(node => !right.Contains(node))];
        string[] order = [.. _reference.Values.Select(reference => reference.Tensor.Name)];
        int last = group.Inputs.Select(input => Array.IndexOf(order, input)).DefaultIfEmpty(-1).Max();
        return new(
            value,
            [.. (suspects.Length > 0 ? suspects : [.. group.Nodes]).Select(node => Node(_model.Graph.Node[node]))],
            group.Inputs.Distinct().Select(input => values.GetValueOrDefault(input)).OfType<ComparedValue>().MaxBy(input => input.Accumulated),
            HaveOneForm(found, expected) ? null : $"{Form(found)} instead of {Form(expected)}",
            [.. _reference.Values.Skip(last + 1).TakeWhile(reference => reference.Tensor.Name != value.Name).Where(reference => !_known.ContainsKey(reference.Tensor.Name)).Select(Exported)]);
    }

    private LocalizedNode Node(NodeProto node) => new(node.Name, node.OpType, NodeOrigin.Of(node) ?? _reference.Values.FirstOrDefault(value => node.Output.Contains(value.Tensor.Name))?.Origin);

    private static LocalizedNode Exported(ReferenceIntermediate value) => new(value.Node, value.Operator, value.Origin);

    private Dictionary<string, OnnxTensor> Run(ModelProto model, IReadOnlyList<OnnxTensor> inputs)
    {
        using IntermediateValues values = IntermediateValues.Open(model, _path, _options);
        return values.Run(inputs).ToDictionary(value => value.Name);
    }

    private void CheckFits()
    {
        HashSet<string> constants = [.. _model.Graph.Initializer.Select(constant => constant.Name)];
        string[] takes = [.. _model.Graph.Input.Where(input => !constants.Contains(input.Name)).Select(input => $"{input.Name}: {(TensorProto.Types.DataType)(input.Type?.TensorType?.ElemType ?? 0)}")];
        string[] given = [.. _reference.Inputs.Select(input => $"{input.Name}: {input.Type}")];
        if (!takes.SequenceEqual(given))
        {
            throw new InvalidInputException($"The intermediate values are of another model than '{_path}': they were computed from {string.Join(", ", given)}, and the model takes {string.Join(", ", takes)}. Export the model again with `onnxinit export --keep-intermediates`.");
        }

        if (_known.Count == 0)
        {
            throw new InvalidInputException($"The intermediate values are of another model than '{_path}': it computes none of {string.Join(", ", _reference.Values.Take(5).Select(value => $"'{value.Tensor.Name}'"))}{(_reference.Values.Count > 5 ? $" and {_reference.Values.Count - 5} more" : string.Empty)}. Export the model again with `onnxinit export --keep-intermediates`.");
        }
    }

    private static string Form(OnnxTensor tensor) => $"{tensor.Type} [{string.Join(", ", tensor.Shape)}]";

    private static bool HaveOneForm(OnnxTensor a, OnnxTensor b) => a.Type == b.Type && a.Shape.SequenceEqual(b.Shape);

    // The nodes that compute a value, and the known values that they read.
    private sealed record Group(SortedSet<int> Nodes, IReadOnlyList<string> Inputs)
    {
        public Group((SortedSet<int> Nodes, IReadOnlyList<string> Inputs) between)
            : this(between.Nodes, between.Inputs)
        {
        }
    }
}
