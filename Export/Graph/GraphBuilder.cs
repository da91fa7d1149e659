using System.Text.RegularExpressions;
using TorchSharp;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph;

/// <summary>Collects the nodes and constants of a graph under construction, and sees to names.</summary>
public sealed partial class GraphBuilder
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphConstant> _constants = [];
    private readonly HashSet<string> _names = [];

    /// <summary>Begins with the input.</summary>
    /// <param name="input">What the graph is given.</param>
    public GraphBuilder(GraphValue input)
    {
        Input = input with { Name = Unique(input.Name) };
    }

    /// <summary>What the graph is given.</summary>
    public GraphValue Input { get; }

    /// <summary>The dotted path of the module under translation; nodes and constants are named after it.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>The type of the module under translation.</summary>
    public string ModuleType { get; set; } = string.Empty;

    /// <summary>Adds an operation.</summary>
    /// <param name="opType">The operator's name in ONNX.</param>
    /// <param name="inputs">Names of values and constants; "" leaves an optional one out.</param>
    /// <param name="type">The element type of the result.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="attributes">Its attributes: long, float, string or long[].</param>
    /// <returns>The result.</returns>
    public GraphValue Add(string opType, IEnumerable<string> inputs, DataType type, IEnumerable<Dimension> shape, params (string Name, object Value)[] attributes)
    {
        string name = Unique(Path.Length == 0 ? opType : Path);
        GraphValue output = new(name, type, [.. shape]);
        _nodes.Add(new(opType, name, [.. inputs], output, attributes.ToDictionary(pair => pair.Name, pair => pair.Value), $"{Path} ({ModuleType})"));
        return output;
    }

    /// <summary>Adds a tensor of the module under translation.</summary>
    /// <param name="name">Its name in the module, such as <c>weight</c>.</param>
    /// <param name="tensor">A float32 tensor, on any device.</param>
    /// <returns>The constant's name.</returns>
    public string Constant(string name, torch.Tensor tensor)
    {
        using torch.Tensor host = tensor.detach().cpu().contiguous();
        if (host.dtype != torch.ScalarType.Float32)
        {
            throw new UnsupportedModuleException($"Cannot export '{Path}.{name}': it is {host.dtype}, and only float32 is supported. Convert the model with .to(torch.float32).");
        }

        return Constant(GraphConstant.Of(Unique($"{Path}.{name}"), host.shape, host.data<float>().ToArray()));
    }

    /// <summary>Adds an int64 vector.</summary>
    /// <param name="name">Its name in the module under translation.</param>
    /// <param name="values">Its elements.</param>
    /// <returns>The constant's name.</returns>
    public string Constant(string name, ReadOnlySpan<long> values) => Constant(GraphConstant.Of(Unique($"{Path}.{name}"), values));

    /// <summary>Ends with the output.</summary>
    /// <param name="name">The graph's name.</param>
    /// <param name="output">What the graph gives.</param>
    /// <param name="outputName">What that is to be called.</param>
    public OnnxGraph Build(string name, GraphValue output, string outputName)
    {
        OnnxGraph graph = new(Identifier(name), Input, _nodes, _constants, output.Name);
        return output.Name == Input.Name ? graph : GraphNames.RenameOutput(graph, _names.Contains(outputName) ? Unique(outputName) : outputName);
    }

    /// <summary>A dotted path as an identifier: what is no letter, digit or _ becomes _, and a leading digit gets one before it.</summary>
    /// <param name="path">The path.</param>
    internal static string Identifier(string path)
    {
        string name = NoIdentifier().Replace(path, "_");
        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? $"_{name}" : name;
    }

    private string Constant(GraphConstant constant)
    {
        _constants.Add(constant);
        return constant.Name;
    }

    private string Unique(string path)
    {
        string name = Identifier(path);
        string candidate = name;
        for (int i = 2; !_names.Add(candidate); i++)
        {
            candidate = $"{name}_{i}";
        }

        return candidate;
    }

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex NoIdentifier();
}
