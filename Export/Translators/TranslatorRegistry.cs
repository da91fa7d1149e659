using OnnxInit.Export.Graph;
using static TorchSharp.torch;

namespace OnnxInit.Export.Translators;

/// <summary>Which module types can be exported, and how. A type is matched exactly, since a subclass may compute something else.</summary>
public sealed class TranslatorRegistry
{
    private readonly Dictionary<Type, Entry> _entries = [];
    private bool _isShared;

    /// <summary>Adds the nodes of a module to a graph and gives the value that comes out.</summary>
    /// <typeparam name="TModule">The module type.</typeparam>
    /// <param name="module">The module.</param>
    /// <param name="input">What goes in.</param>
    /// <param name="graph">Where the nodes go.</param>
    public delegate GraphValue Translator<in TModule>(TModule module, GraphValue input, GraphBuilder graph);

    /// <summary>The translators that come with the exporter.</summary>
    public static TranslatorRegistry Default { get; } = new TranslatorRegistry()
        .Add<TorchSharp.Modules.Linear>(LinearTranslator.Translate)
        .Add<TorchSharp.Modules.Conv2d>(ConvolutionTranslator.Translate, ConvolutionTranslator.Refusal)
        .Add<TorchSharp.Modules.BatchNorm1d>(BatchNormTranslator.Translate, BatchNormTranslator.Refusal)
        .Add<TorchSharp.Modules.BatchNorm2d>(BatchNormTranslator.Translate, BatchNormTranslator.Refusal)
        .Add<TorchSharp.Modules.ReLU>(ActivationTranslators.Relu)
        .Add<TorchSharp.Modules.Tanh>(ActivationTranslators.Tanh)
        .Add<TorchSharp.Modules.Sigmoid>(ActivationTranslators.Sigmoid)
        .Add<TorchSharp.Modules.MaxPool2d>(PoolingTranslators.MaxPool2d)
        .Add<TorchSharp.Modules.Flatten>(ShapeTranslators.Flatten)
        .Add<TorchSharp.Modules.Identity>(ShapeTranslators.Identity)
        .Add<TorchSharp.Modules.Dropout>(ShapeTranslators.Identity)
        .Share();

    /// <summary>The module types that there are translators for.</summary>
    public IReadOnlyCollection<Type> Types => _entries.Keys;

    /// <summary>A copy that can be added to.</summary>
    public TranslatorRegistry Clone()
    {
        TranslatorRegistry copy = new();
        foreach ((Type type, Entry entry) in _entries)
        {
            copy._entries.Add(type, entry);
        }

        return copy;
    }

    /// <summary>Registers a translator.</summary>
    /// <typeparam name="TModule">The module type.</typeparam>
    /// <param name="translate">Adds its nodes.</param>
    /// <param name="refusal">Says why a certain module cannot be exported; null when it can, or when all can.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">The type has a translator already; names both.</exception>
    /// <exception cref="InvalidOperationException">It is <see cref="Default"/>.</exception>
    public TranslatorRegistry Add<TModule>(Translator<TModule> translate, Func<TModule, string?>? refusal = null)
        where TModule : nn.Module
    {
        if (_isShared)
        {
            throw new InvalidOperationException("The default translators are shared by every export. Add to TranslatorRegistry.Default.Clone().");
        }

        Entry entry = new($"{translate.Method.DeclaringType?.Name}.{translate.Method.Name}", (module, input, graph) => translate((TModule)module, input, graph), module => refusal?.Invoke((TModule)module));
        return _entries.TryAdd(typeof(TModule), entry)
            ? this
            : throw new ArgumentException($"{typeof(TModule).Name} has two translators: {_entries[typeof(TModule)].Name} and {entry.Name}. Remove one.");
    }

    /// <summary>Why a module cannot be exported; null when it can.</summary>
    /// <param name="module">The module.</param>
    internal string? Refusal(nn.Module module) =>
        _entries.TryGetValue(module.GetType(), out Entry? entry) ? entry.Refusal(module) : "no translator";

    /// <summary>Translates a module that <see cref="Refusal"/> has nothing against.</summary>
    internal GraphValue Translate(nn.Module module, GraphValue input, GraphBuilder graph) => _entries[module.GetType()].Translate(module, input, graph);

    private TranslatorRegistry Share()
    {
        _isShared = true;
        return this;
    }

    private sealed record Entry(string Name, Translator<nn.Module> Translate, Func<nn.Module, string?> Refusal);
}
