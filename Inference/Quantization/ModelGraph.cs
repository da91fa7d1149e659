using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference.Quantization;

/// <summary>
/// A copy of a model to rewrite: its constants are all initialisers with their elements in memory, whatever form the exporter chose, and
/// who writes and who reads a value can be asked.
/// </summary>
internal sealed class ModelGraph
{
    private readonly HashSet<string> _names;
    private Dictionary<string, NodeProto> _producers = [];
    private Dictionary<string, int> _readers = [];

    private ModelGraph(ModelProto model)
    {
        Model = model;
        Constants = model.Graph.Initializer.ToDictionary(constant => constant.Name);
        _names = [.. NamesOf(model.Graph), .. model.Graph.Node.Select(node => node.Name)];
        Outputs = [.. model.Graph.Output.Select(output => output.Name)];
        Captured = [.. model.Graph.Node.SelectMany(NodeAttributes.Bodies).SelectMany(NamesOf)];
        Nodes = [.. model.Graph.Node];
        Index();
    }

    /// <summary>The model; its nodes and initialisers are those of this graph after <see cref="Finish"/>.</summary>
    public ModelProto Model { get; }

    /// <summary>The nodes, in topological order. <see cref="Index"/> follows a change.</summary>
    public List<NodeProto> Nodes { get; private set; }

    /// <summary>The constants by name.</summary>
    public Dictionary<string, TensorProto> Constants { get; }

    /// <summary>The graph's outputs.</summary>
    public HashSet<string> Outputs { get; }

    /// <summary>Every name inside the bodies of loops and branches: values of the graph that they may read.</summary>
    public HashSet<string> Captured { get; }

    /// <summary>Copies a model.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="path">The file that it is from.</param>
    /// <exception cref="InvalidInputException">A value is assigned twice, or weights that lie in a file beside the model cannot be read.</exception>
    public static ModelGraph Of(ModelProto model, string path)
    {
        ModelProto copy = model.Clone();
        GraphProto graph = copy.Graph;
        foreach (NodeProto constant in graph.Node.Where(node => node.Is("Constant") && node.Find("value")?.T is not null).ToList())
        {
            TensorProto tensor = constant.Find("value")!.T;
            tensor.Name = constant.Output[0];
            graph.Initializer.Add(tensor);
            graph.Node.Remove(constant);
        }

        if (graph.Initializer.Select(constant => constant.Name).Concat(graph.Node.SelectMany(node => node.Output)).Where(name => name.Length > 0).GroupBy(name => name).FirstOrDefault(names => names.Count() > 1) is { } twice)
        {
            throw new InvalidInputException($"The model '{path}' is invalid: it assigns '{twice.Key}' {twice.Count()} times, and ONNX permits one. Export or copy the model again.");
        }

        foreach (TensorProto constant in graph.Initializer)
        {
            TensorData.LoadExternal(constant, path);
        }

        // Before IR 4 initialisers were inputs too, with values that a caller could replace.
        HashSet<string> constants = [.. graph.Initializer.Select(constant => constant.Name)];
        foreach (ValueInfoProto input in graph.Input.Where(input => constants.Contains(input.Name)).ToList())
        {
            graph.Input.Remove(input);
        }

        return new(copy);
    }

    /// <summary>The node that writes a value; null for inputs and constants.</summary>
    public NodeProto? Producer(string value) => _producers.GetValueOrDefault(value);

    /// <summary>How often a value is read: by nodes, by the bodies of loops and branches, and as an output.</summary>
    public int Readers(string value) => _readers.GetValueOrDefault(value);

    /// <summary>Whether the graph must keep a value under its name and in float32: outputs, and what bodies of loops and branches may read.</summary>
    public bool IsPinned(string value) => Outputs.Contains(value) || Captured.Contains(value);

    /// <summary>A name that nothing has: the wanted one, or the same with a number.</summary>
    public string NewName(string wanted)
    {
        string name = wanted;
        for (int i = 1; !_names.Add(name); i++)
        {
            name = $"{wanted}_{i}";
        }

        return name;
    }

    /// <summary>Replaces the nodes.</summary>
    public void Replace(List<NodeProto> nodes)
    {
        Nodes = nodes;
        Index();
    }

    /// <summary>Writes nodes and constants back into the model, without constants that nobody reads and types of values that are no more.</summary>
    public ModelProto Finish()
    {
        GraphProto graph = Model.Graph;
        HashSet<string> read = [.. Nodes.SelectMany(node => node.Input), .. Captured, .. Outputs];
        HashSet<string> written = [.. Nodes.SelectMany(node => node.Output)];
        graph.Node.Clear();
        graph.Node.AddRange(Nodes);
        graph.Initializer.Clear();
        graph.Initializer.AddRange(Constants.Values.Where(constant => read.Contains(constant.Name)));
        List<ValueInfoProto> types = [.. graph.ValueInfo.Where(value => written.Contains(value.Name) && !Outputs.Contains(value.Name))];
        graph.ValueInfo.Clear();
        graph.ValueInfo.AddRange(types);
        return Model;
    }

    private void Index()
    {
        _producers = Nodes.SelectMany(node => node.Output.Where(name => name.Length > 0).Select(name => (name, node))).ToDictionary(pair => pair.name, pair => pair.node);
        _readers = Nodes.SelectMany(node => node.Input).Concat(Outputs).Concat(Captured).CountBy(name => name).ToDictionary();
    }

    private static IEnumerable<string> NamesOf(GraphProto graph) =>
        graph.Node.SelectMany(node => node.Input.Concat(node.Output).Concat(node.Bodies().SelectMany(NamesOf)))
            .Concat(graph.Initializer.Select(constant => constant.Name)).Concat(graph.Input.Concat(graph.Output).Select(value => value.Name));
}
