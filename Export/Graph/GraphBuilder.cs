using OnnxInit.Contracts;
using OnnxInit.Export.Passes;
using TorchSharp;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph;

/// <summary>Collects the nodes and constants of a graph under construction, and sees to names, types and shapes.</summary>
public sealed partial class GraphBuilder
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphConstant> _constants = [];
    private readonly Dictionary<object, GraphValue> _known = [];
    private readonly HashSet<string> _names;
    private readonly List<GraphValue> _inputs;
    private readonly Dictionary<string, int> _begun = [];
    private readonly Dictionary<object, IReadOnlyDictionary<string, object>> _attributes = [];
    private string _name = "node";

    /// <summary>Begins with the inputs.</summary>
    /// <param name="opset">The ONNX operator set to write.</param>
    /// <param name="inputs">What the graph is given; their names are identifiers.</param>
    /// <param name="reserved">Names that nothing gets, such as those of the outputs to be.</param>
    public GraphBuilder(int opset, IEnumerable<GraphValue> inputs, IEnumerable<string> reserved)
    {
        Opset = opset;
        _inputs = [.. inputs];
        _names = [.. _inputs.Select(input => input.Name), .. reserved];
        foreach (GraphValue input in _inputs)
        {
            KnowSymbols(input);
        }
    }

    /// <summary>The ONNX operator set that is written, 13 to 21.</summary>
    public int Opset { get; }

    /// <summary>The operation being lowered.</summary>
    public Origin Origin { get; private set; } = new(string.Empty, "graph");

    /// <summary>Begins the nodes of another operation.</summary>
    /// <param name="origin">The operation.</param>
    /// <param name="name">What its nodes are named after; made an identifier.</param>
    public void Begin(Origin origin, string name)
    {
        Origin = origin;
        string identifier = GraphNames.Identifier(name);
        int times = _begun.GetValueOrDefault(identifier) + 1;
        while (_names.Contains(_name = times == 1 ? identifier : $"{identifier}_{times}"))
        {
            times++;
        }

        _begun[identifier] = times;
    }

    /// <summary>Adds a node with one result, whose type and shape follow from the inputs.</summary>
    /// <param name="opType">The operator's name in ONNX.</param>
    /// <param name="inputs">Its inputs; null leaves an optional one out.</param>
    /// <param name="attributes">Its attributes: long, float, string, long[], float[] or string[].</param>
    /// <returns>The result.</returns>
    /// <exception cref="NotSupportedException">The operator is none of ONNX's that we know; give the type and shape of its result.</exception>
    public GraphValue Add(string opType, IEnumerable<GraphValue?> inputs, params (string Name, object Value)[] attributes) => AddMany(opType, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several results, whose types and shapes follow from the inputs.</summary>
    /// <param name="opType">The operator's name in ONNX.</param>
    /// <param name="inputs">Its inputs; null leaves an optional one out.</param>
    /// <param name="outputs">How many results it has.</param>
    /// <param name="attributes">Its attributes.</param>
    public IReadOnlyList<GraphValue> AddMany(string opType, IEnumerable<GraphValue?> inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        GraphValue?[] operands = [.. inputs];
        IReadOnlyDictionary<string, object> named = Named(attributes);
        return AddNode(opType, operands, OperatorInference.Infer(opType, Opset, operands, named, outputs), named, string.Empty);
    }

    /// <summary>Adds a node with one result of a given type and shape.</summary>
    /// <param name="opType">The operator's name.</param>
    /// <param name="inputs">Its inputs; null leaves an optional one out.</param>
    /// <param name="type">The element type of the result.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="domain">The operator set that the operator is of; "" is ONNX's own.</param>
    public GraphValue Add(string opType, IEnumerable<GraphValue?> inputs, DataType type, IEnumerable<Dimension> shape, IEnumerable<(string Name, object Value)>? attributes = null, string domain = "") =>
        AddNode(opType, [.. inputs], [new(type, [.. shape])], Named(attributes), domain)[0];

    /// <summary>A tensor of the model as a constant: a weight under its name, the same for every use.</summary>
    /// <param name="name">Its name, such as <c>weight</c>, within the module of the operation being lowered; a parameter's own full name wins.</param>
    /// <param name="tensor">The tensor, on any device; its memory is shared, not copied.</param>
    public GraphValue Constant(string name, torch.Tensor tensor)
    {
        object key = tensor.device_type == DeviceType.CPU
            ? TensorLayout.Of(tensor)
            : tensor.Handle;
        if (!_known.TryGetValue(key, out GraphValue? known))
        {
            known = TransposedParameter(tensor) ?? Define(new(GraphNames.Take(_names, FullName(name, tensor)), tensor.dtype.ToOnnx(), tensor.shape, ConstantData.Of(tensor)));
            _known.Add(key, known);
        }

        return known;
    }

    /// <summary>An int64 vector; the same for every use of the same numbers.</summary>
    /// <param name="values">Its elements.</param>
    public GraphValue Integers(params ReadOnlySpan<long> values)
    {
        string text = string.Join('_', values.ToArray());
        string key = $"integers {text}";
        if (!_known.TryGetValue(key, out GraphValue? known))
        {
            string name = values.Length is > 0 and < 5 ? $"axes_{text.Replace('-', 'm')}" : "integers";
            Dimension[] contents = [.. values.ToArray().Select(value => (Dimension)value)];
            known = Define(GraphConstant.Of(GraphNames.Take(_names, name), values)) with { Contents = contents };
            _known.Add(key, known);
        }

        return known;
    }

    /// <summary>A constant of our own making.</summary>
    /// <param name="name">What it is called, within the operation being lowered.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="data">The elements.</param>
    public GraphValue Constant(string name, DataType type, IReadOnlyList<long> shape, ConstantData data) =>
        Define(new(GraphNames.Take(_names, $"{_name}_{name}"), type, shape, data));

    /// <summary>Ends with the outputs. Constants that nothing reads are left out.</summary>
    /// <param name="name">The graph's name; made an identifier.</param>
    /// <param name="outputs">What the graph gives.</param>
    /// <param name="outputNames">What they are to be called.</param>
    public OnnxGraph Build(string name, IReadOnlyList<GraphValue> outputs, IReadOnlyList<string> outputNames)
    {
        if (outputs.Count != outputNames.Count)
        {
            throw new InvalidInputException($"The model has {outputs.Count} outputs, and {outputNames.Count} are named: {string.Join(", ", outputNames)}. Name each, in the order in which forward returns them.");
        }

        // What no node makes, and what is given twice, needs a node of its own.
        HashSet<string> made = [.. _nodes.SelectMany(node => node.Outputs).Select(output => output.Name)];
        Dictionary<string, string> renamed = [];
        List<GraphValue> given = [];
        for (int i = 0; i < outputs.Count; i++)
        {
            if (made.Contains(outputs[i].Name) && renamed.TryAdd(outputs[i].Name, outputNames[i]))
            {
                given.Add(outputs[i]);
                continue;
            }

            GraphValue copy = Add("Identity", [outputs[i]], outputs[i].Type, outputs[i].Shape);
            renamed.Add(copy.Name, outputNames[i]);
            given.Add(copy);
        }

        HashSet<string> used = [.. _nodes.SelectMany(node => node.Inputs)];
        OnnxGraph graph = new(GraphNames.Identifier(name), _inputs, [.. _nodes], [.. _constants.Where(constant => used.Contains(constant.Name))], given) { Opset = Opset };
        return GraphNames.Rename(graph, renamed);
    }

    /// <summary>Gives a result the shape that was observed, which may say more than what follows from the inputs.</summary>
    internal GraphValue Refine(GraphValue result, ValueInfo observed, Origin origin)
    {
        if (result.Type != observed.Type || result.Rank != observed.Shape.Count)
        {
            throw new InvalidOperationException($"The lowering of {origin} gives {result}; {observed.Type.ToString().ToLowerInvariant()}[{string.Join(", ", observed.Shape)}] came out of it.");
        }

        if (result.Constant is not null || result.Shape.SequenceEqual(observed.Shape))
        {
            return result;
        }

        GraphValue refined = result with { Shape = [.. result.Shape.Zip(observed.Shape, (inferred, seen) => seen.IsUnknown ? inferred : seen)] };
        int node = _nodes.FindLastIndex(other => other.Outputs.Any(output => output.Name == result.Name));
        if (node >= 0)
        {
            _nodes[node] = _nodes[node] with { Outputs = [.. _nodes[node].Outputs.Select(output => output.Name == result.Name ? refined : output)] };
        }

        return refined;
    }

    /// <summary>The parameter or buffer of the model that a tensor is, and its name; null where it is none.</summary>
    internal Func<torch.Tensor, (torch.Tensor Tensor, string Name)?> Parameter { get; init; } = _ => null;

    private string FullName(string name, torch.Tensor tensor) =>
        Parameter(tensor)?.Name ?? (Origin.ModulePath.Length == 0 ? name : $"{Origin.ModulePath}.{name}");

    // A weight that is tied to another layer, transposed, is one constant: whether the transposition is folded is for the passes, which see all of its readers.
    private GraphValue? TransposedParameter(torch.Tensor tensor)
    {
        if (tensor.dim() != 2 || tensor.is_contiguous() || Parameter(tensor) is not null)
        {
            return null;
        }

        using torch.Tensor turned = tensor.t();
        return Parameter(turned) is { } weight ? Transpose(Constant(weight.Name, weight.Tensor), 1, 0) : null;
    }

    // Most nodes have no attributes, or the same as many others.
    private IReadOnlyDictionary<string, object> Named(IEnumerable<(string Name, object Value)>? attributes)
    {
        (string Name, object Value)[] given = attributes is null ? [] : [.. attributes];
        if (given.Length == 0)
        {
            return NodeAttributes.None;
        }

        // One number or word: worth sharing, and cheap to look up.
        object? key = given is [(var name, long or float or string)] ? (name, given[0].Value) : null;
        if (key is null || !_attributes.TryGetValue(key, out IReadOnlyDictionary<string, object>? named))
        {
            named = given.ToDictionary(pair => pair.Name, pair => pair.Value);
            _ = key is not null && _attributes.TryAdd(key, named);
        }

        return named;
    }

    private GraphValue[] AddNode(
        string opType, GraphValue?[] inputs, IReadOnlyList<ValueInfo> outputs, IReadOnlyDictionary<string, object> attributes, string domain)
    {
        string name = GraphNames.Take(_names, _names.Contains(_name) ? $"{_name}_{opType}" : _name);
        GraphValue[] results = [.. outputs.Select((output, i) => new GraphValue(i == 0 ? name : GraphNames.Take(_names, $"{name}_{i}"), output.Type, output.Shape) { Contents = output.Contents })];
        int last = Array.FindLastIndex(inputs, input => input is not null);
        _nodes.Add(new(opType, name, [.. inputs.Take(last + 1).Select(input => input?.Name ?? string.Empty)], results, attributes, Origin) { Domain = domain });
        return results;
    }

    private GraphValue Define(GraphConstant constant)
    {
        _constants.Add(constant);
        return constant.Value;
    }
}
