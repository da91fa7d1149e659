using OnnxInit.Export.Capture;
using OnnxInit.Export.Capture.Instrumentation;
using OnnxInit.Export.Graph;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Lowers a captured graph to ONNX, operation by operation.</summary>
internal sealed class GraphLowering
{
    private readonly CapturedGraph _captured;
    private readonly ExportOptions _options;
    private readonly GraphBuilder _graph;
    private readonly GraphValue?[] _values;
    private readonly HashSet<string> _unsupported = [];

    private GraphLowering(CapturedGraph captured, IReadOnlyList<string> inputNames, ExportOptions options)
    {
        _captured = captured;
        _options = options;
        OutputNames = options.OutputNames.Count > 0 ? options.OutputNames : captured.Outputs.Count == 1 ? ["output"] : [.. captured.Outputs.Select((_, i) => $"output_{i}")];
        _values = new GraphValue?[captured.ValueCount];
        GraphValue[] inputs = [.. captured.InputShapes.Select((input, i) => new GraphValue(inputNames[i], input.Type, input.Shape))];
        foreach ((int i, GraphValue input) in inputs.Index())
        {
            _values[captured.Inputs[i].Id] = input;
        }

        _graph = new(options.Opset, inputs, OutputNames) { Parameter = captured.Names.Find };
    }

    private IReadOnlyList<string> OutputNames { get; }

    /// <summary>Lowers a graph.</summary>
    /// <param name="captured">The graph; its operations are let go of one by one unless they are to be kept.</param>
    /// <param name="inputNames">What its inputs are called.</param>
    /// <param name="options">Lowerings, opset, names; where values are to be compared the operations are kept.</param>
    /// <param name="names">The names of the operations, in order.</param>
    /// <param name="origins">For every operation that is kept, the graph's values that are its results.</param>
    /// <exception cref="UnsupportedOperationException">Some operations have no lowering; names every one.</exception>
    public static OnnxGraph Lower(
        CapturedGraph captured, IReadOnlyList<string> inputNames, ExportOptions options,
        out IReadOnlyList<string> names, out IReadOnlyList<(CapturedOperation Operation, IReadOnlyList<string> Values)> origins)
    {
        GraphLowering lowering = new(captured, inputNames, options);
        List<string> lowered = [];
        List<(CapturedOperation, IReadOnlyList<string>)> kept = [];
        foreach (CapturedOperation operation in options.ComparesOperations ? captured.Operations : captured.TakeOperations())
        {
            string[]? values = lowering.Lower(operation);
            lowered.Add(operation.Call.OperationName);
            if (values is not null && options.ComparesOperations)
            {
                kept.Add((operation, values));
            }
        }

        if (lowering._unsupported.Count > 0)
        {
            throw new UnsupportedOperationException(
                $"Cannot export to opset {options.Opset}: {string.Join("; ", lowering._unsupported)}. Replace {(lowering._unsupported.Count == 1 ? "it" : "them")}, or register a lowering with ExportOptions.Lowerings.");
        }

        names = lowered;
        origins = kept;
        return lowering.Finish();
    }

    private static Origin OriginOf(CapturedOperation operation)
    {
        RecordedCall call = operation.Call;
        return new(call.ModulePath, call.OperationName, call.Site is { } site ? SourceLines.Find(site.Caller, site.Offset)?.ToString() : null);
    }

    // The names of the values that it makes; null where it cannot be lowered, which is noted.
    private string[]? Lower(CapturedOperation captured)
    {
        RecordedCall call = captured.Call;
        nn.Module? module = call.Rule.IsModule ? (nn.Module)call.Arguments[0]! : null;
        Origin origin = OriginOf(captured);
        LoweringRegistry.Lowering? lowering = module is null ? _options.Lowerings.Find(call.Rule.Name) : _options.Lowerings.Find(ModuleType(module, call.Method.DeclaringType!));
        if (lowering is null)
        {
            _unsupported.Add($"{origin} has no lowering{(MissingLowerings.Reason(call.Rule.Name) is { } reason ? $", since {reason}" : string.Empty)}");
        }

        if (_unsupported.Count > 0)
        {
            return null;
        }

        string name = module is not null && call.ModulePath.Length > 0 ? call.ModulePath : call.ModulePath.Length == 0 ? call.OperationName : $"{call.ModulePath}.{call.OperationName}";
        _graph.Begin(origin, name);
        Operation operation = new(call.OperationName, module, [.. Arguments(captured)], captured.Shapes, origin);
        IReadOnlyList<GraphValue> results = lowering!(operation, _graph);
        if (results.Count != captured.Results.Count)
        {
            throw new InvalidOperationException($"The lowering of {origin} gives {results.Count} values; {captured.Results.Count} came out of it.");
        }

        for (int i = 0; i < results.Count; i++)
        {
            GraphValue observed = _graph.Refine(results[i], captured.Shapes[i], origin);
            _values[captured.Results[i].Id] = observed;
            _graph.KnowSymbols(observed);
        }

        return [.. results.Select(result => result.Name)];
    }

    // Of the types that share the forward that ran, the one that has a lowering.
    private Type ModuleType(nn.Module module, Type declaring)
    {
        Type type = module.GetType();
        while (_options.Lowerings.Find(type) is null && type != declaring)
        {
            type = type.BaseType!;
        }

        return type;
    }

    private OnnxGraph Finish()
    {
        _graph.Begin(new(string.Empty, "output"), "output");
        List<GraphValue> outputs = [.. _captured.Outputs.Select(output => (GraphValue)Value(output, "output")!)];
        return _graph.Build(_options.GraphName, outputs, OutputNames);
    }

    private IEnumerable<(string Name, object? Value)> Arguments(CapturedOperation captured)
    {
        CallRule rule = captured.Call.Rule;
        if (rule.Name is "index" or "index_put" && captured.Method.Name.EndsWith("TensorItems", StringComparison.Ordinal))
        {
            int count = captured.Arguments.Count - (rule.Name == "index_put" ? 1 : 0);
            yield return ("input", Value(captured.Arguments[0], "input"));
            yield return ("indices", captured.Arguments.Take(count).Skip(1).SelectMany(argument => argument is CapturedList list ? list.Items : [argument]).Select(Index).ToArray<object?>());
            if (rule.Name == "index_put")
            {
                yield return ("value", Value(captured.Arguments[^1], "value"));
            }

            yield break;
        }

        for (int i = rule.IsModule ? 1 : 0; i < captured.Arguments.Count; i++)
        {
            yield return (rule.ParameterNames[i], Value(captured.Arguments[i], rule.ParameterNames[i]));
        }
    }

    private IndexArgument Index(object? argument) => argument switch
    {
        CapturedIndex index => (IndexArgument)Value(index, "index")!,
        Dimension size => new(IndexKind.Single, size),
        _ => new(IndexKind.Tensor, Tensor: (GraphValue)Value(argument, "index")!),
    };

    private object? Value(object? argument, string name) => argument switch
    {
        ValueReference value => _values[value.Id]!,
        ConstantReference constant => _graph.Constant(constant.Name is null ? $"{name}_constant" : name, constant.Tensor),
        ScalarArgument scalar => scalar.Number,
        CapturedIndex index => new IndexArgument(index.Kind, index.Start, index.Stop, index.Step, (GraphValue?)Value(index.Tensor, "index")),
        CapturedList list => list.Items.Select(item => Value(item, name)).ToArray(),
        _ => argument,
    };
}
