using TorchSharp;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph;

/// <summary>Collects the nodes and constants of a graph under construction, and sees to names.</summary>
public sealed class GraphBuilder
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphConstant> _constants = [];
    private readonly HashSet<string> _names;
    private readonly string _outputName;

    /// <summary>Begins with the input.</summary>
    /// <param name="input">What the graph is given; its name is an identifier.</param>
    /// <param name="outputName">What its result will be called, an identifier too; nothing else gets this name.</param>
    public GraphBuilder(GraphValue input, string outputName)
    {
        Input = input;
        _names = [input.Name, outputName];
        _outputName = outputName;
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
        string name = GraphNames.Take(_names, Path.Length == 0 ? opType : Path);
        GraphValue output = new(name, type, [.. shape]);
        _nodes.Add(new(opType, name, [.. inputs], output, attributes.ToDictionary(pair => pair.Name, pair => pair.Value), Path.Length == 0 ? ModuleType : $"{Path} ({ModuleType})"));
        return output;
    }

    /// <summary>Adds a tensor of the module under translation.</summary>
    /// <param name="name">Its name in the module, such as <c>weight</c>.</param>
    /// <param name="tensor">A float32 tensor, on any device.</param>
    /// <returns>The constant's name.</returns>
    public string Constant(string name, torch.Tensor tensor)
    {
        if (tensor.dtype != torch.ScalarType.Float32)
        {
            throw new UnsupportedModuleException($"Cannot export '{FullName(name)}': it is {tensor.dtype}, and only Float32 is exported. Convert the model with .to(torch.float32).");
        }

        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor host = tensor.detach().cpu().contiguous();
        return Constant(new GraphConstant(GraphNames.Take(_names, FullName(name)), DataType.Float, host.shape, host.bytes.ToArray()));
    }

    /// <summary>Adds an int64 vector.</summary>
    /// <param name="name">Its name in the module under translation.</param>
    /// <param name="values">Its elements.</param>
    /// <returns>The constant's name.</returns>
    public string Constant(string name, ReadOnlySpan<long> values) => Constant(GraphConstant.Of(GraphNames.Take(_names, FullName(name)), values));

    /// <summary>Refuses an input that the module under translation does not take.</summary>
    /// <param name="fits">Whether it takes the input.</param>
    /// <param name="input">What it is given.</param>
    /// <param name="expected">What it takes, such as <c>[N, 3, H, W]</c>.</param>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    public void Require(bool fits, GraphValue input, string expected)
    {
        if (!fits)
        {
            throw new ArgumentException($"Cannot export module {Describe(Path, ModuleType)}: it takes {expected} and is given {input}. Export with an example of the shape that the model takes.");
        }
    }

    /// <summary>Ends with the output.</summary>
    /// <param name="name">The graph's name; made an identifier.</param>
    /// <param name="output">What the graph gives.</param>
    public OnnxGraph Build(string name, GraphValue output)
    {
        if (output.Name == Input.Name)
        {
            (Path, ModuleType) = (string.Empty, "nothing to compute");
            output = Add("Identity", [Input.Name], Input.Type, Input.Shape);
        }

        return GraphNames.RenameOutput(new(GraphNames.Identifier(name), Input, _nodes, _constants, output.Name), _outputName);
    }

    /// <summary>A module as messages name it.</summary>
    /// <param name="path">Its dotted path; empty for the model itself.</param>
    /// <param name="type">Its type.</param>
    internal static string Describe(string path, string type) => path.Length == 0 ? type : $"'{path}' ({type})";

    private string FullName(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    private string Constant(GraphConstant constant)
    {
        _constants.Add(constant);
        return constant.Name;
    }
}
