using OnnxInit.Export.Graph;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Which operations can be exported, and how. Module types are matched exactly, since a subclass may compute something else.</summary>
public sealed class LoweringRegistry
{
    private readonly SortedDictionary<string, Entry> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, Entry> _modules = [];
    private bool _isShared;

    /// <summary>Adds the nodes of an operation to a graph and gives what comes out: one value per result, in the order of <see cref="Operation.Results"/>.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="graph">Where the nodes go.</param>
    public delegate IReadOnlyList<GraphValue> Lowering(Operation operation, GraphBuilder graph);

    /// <summary>Adds the nodes of an operation with one result.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="graph">Where the nodes go.</param>
    public delegate GraphValue SingleLowering(Operation operation, GraphBuilder graph);

    /// <summary>The lowerings that come with the exporter.</summary>
    public static LoweringRegistry Default { get; } = DefaultLowerings.Create().Share();

    /// <summary>The names of the functions and tensor methods that there are lowerings for, in order.</summary>
    public IReadOnlyCollection<string> Functions => _functions.Keys;

    /// <summary>The module types that there are lowerings for.</summary>
    public IReadOnlyCollection<Type> Modules => _modules.Keys;

    /// <summary>A copy that can be added to.</summary>
    public LoweringRegistry Clone()
    {
        LoweringRegistry copy = new();
        foreach ((string name, Entry entry) in _functions)
        {
            copy._functions.Add(name, entry);
        }

        foreach ((Type type, Entry entry) in _modules)
        {
            copy._modules.Add(type, entry);
        }

        return copy;
    }

    /// <summary>Registers the lowering of a function or tensor method with one result.</summary>
    /// <param name="name">Its canonical name: <c>add</c> for +, add, add_ and torch.add.</param>
    /// <param name="lowering">Adds its nodes.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">The name has a lowering already; names both.</exception>
    /// <exception cref="InvalidOperationException">It is <see cref="Default"/>.</exception>
    public LoweringRegistry Add(string name, SingleLowering lowering) => Register(_functions, name, name, lowering.Method, (operation, graph) => [lowering(operation, graph)]);

    /// <summary>Registers the lowering of a function or tensor method with several results.</summary>
    /// <inheritdoc cref="Add(string, SingleLowering)"/>
    public LoweringRegistry AddMany(string name, Lowering lowering) => Register(_functions, name, name, lowering.Method, lowering);

    /// <summary>Registers the lowering of a module with one result.</summary>
    /// <typeparam name="TModule">The module type; one of your own becomes a leaf, whose forward is not looked into.</typeparam>
    /// <inheritdoc cref="Add(string, SingleLowering)"/>
    public LoweringRegistry Add<TModule>(SingleLowering lowering)
        where TModule : nn.Module => Register(_modules, typeof(TModule), typeof(TModule).Name, lowering.Method, (operation, graph) => [lowering(operation, graph)]);

    /// <summary>Registers the lowering of a module with several results.</summary>
    /// <typeparam name="TModule">The module type.</typeparam>
    /// <inheritdoc cref="Add(string, SingleLowering)"/>
    public LoweringRegistry AddMany<TModule>(Lowering lowering)
        where TModule : nn.Module => Register(_modules, typeof(TModule), typeof(TModule).Name, lowering.Method, lowering);

    /// <summary>Takes the lowering of a function or tensor method out, to put another in its place; nothing where there is none.</summary>
    /// <param name="name">Its canonical name.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="InvalidOperationException">It is <see cref="Default"/>.</exception>
    public LoweringRegistry Remove(string name)
    {
        ThrowIfShared();
        _functions.Remove(name);
        return this;
    }

    /// <summary>Takes the lowering of a module out.</summary>
    /// <typeparam name="TModule">The module type.</typeparam>
    /// <inheritdoc cref="Remove(string)"/>
    public LoweringRegistry Remove<TModule>()
        where TModule : nn.Module
    {
        ThrowIfShared();
        _modules.Remove(typeof(TModule));
        return this;
    }

    /// <summary>The lowering of a function; null where there is none.</summary>
    internal Lowering? Find(string name) => _functions.GetValueOrDefault(name)?.Lower;

    /// <summary>The lowering of a module; null where there is none.</summary>
    internal Lowering? Find(Type module) => _modules.GetValueOrDefault(module)?.Lower;

    private LoweringRegistry Register<TKey>(IDictionary<TKey, Entry> entries, TKey key, string name, System.Reflection.MethodInfo method, Lowering lowering)
    {
        ThrowIfShared();
        Entry entry = new($"{method.DeclaringType?.Name}.{method.Name}", lowering);
        return entries.TryAdd(key, entry)
            ? this
            : throw new ArgumentException($"{name} has two lowerings: {entries[key].Name} and {entry.Name}. Remove one first.");
    }

    private void ThrowIfShared()
    {
        if (_isShared)
        {
            throw new InvalidOperationException("The default lowerings are shared by every export. Add to LoweringRegistry.Default.Clone().");
        }
    }

    private LoweringRegistry Share()
    {
        _isShared = true;
        return this;
    }

    private sealed record Entry(string Name, Lowering Lower);
}
