using OnnxInit.Export.Graph;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>The names of a model's modules, parameters and buffers.</summary>
internal sealed class ModelNames
{
    // TorchSharp walks modules recursively, as we do.
    private const int DeepestNesting = 2_000;

    private readonly Dictionary<nn.Module, string> _modules = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, string> _tensors = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<nint, List<(Tensor Tensor, string Name)>> _byAddress = [];

    /// <summary>Reads the names of a model.</summary>
    /// <param name="model">The model.</param>
    public ModelNames(nn.Module model)
    {
        Walk(model, string.Empty, new(ReferenceEqualityComparer.Instance));
        foreach ((string name, Tensor tensor) in model.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)).Concat(model.named_buffers()))
        {
            if (tensor is not null && _tensors.TryAdd(tensor, name))
            {
                nint address = TensorAddress.OfStorage(tensor);
                (_byAddress.TryGetValue(address, out var there) ? there : _byAddress[address] = []).Add((tensor, name));
            }
        }
    }

    /// <summary>Every parameter and buffer with its name.</summary>
    public IReadOnlyDictionary<Tensor, string> Tensors => _tensors;

    /// <summary>Every module, parents before children.</summary>
    public IReadOnlyCollection<nn.Module> Modules => _modules.Keys;

    /// <summary>The dotted path of a module; null where the model does not register it.</summary>
    public string? PathOf(nn.Module module) => _modules.GetValueOrDefault(module);

    /// <summary>The parameter or buffer that a tensor is, also through another handle; null where it is none.</summary>
    public (Tensor Tensor, string Name)? Find(Tensor tensor)
    {
        if (_tensors.TryGetValue(tensor, out string? name))
        {
            return (tensor, name);
        }

        if (tensor.IsInvalid || !_byAddress.TryGetValue(TensorAddress.OfStorage(tensor), out var there))
        {
            return null;
        }

        foreach ((Tensor other, string otherName) in there)
        {
            if (TensorAddress.OfData(other) == TensorAddress.OfData(tensor) && other.dtype == tensor.dtype && other.shape.AsSpan().SequenceEqual(tensor.shape)
                && other.stride().AsSpan().SequenceEqual(tensor.stride()))
            {
                return (other, otherName);
            }
        }

        return null;
    }

    /// <summary>Whether a storage is that of a parameter or buffer.</summary>
    public bool OwnsStorage(nint storage) => storage != 0 && _byAddress.ContainsKey(storage);

    private void Walk(nn.Module module, string path, HashSet<nn.Module> ancestors)
    {
        if (!ancestors.Add(module) || ancestors.Count > DeepestNesting)
        {
            string seen = ancestors.Count > DeepestNesting ? $"modules are nested more than {DeepestNesting} deep" : "it contains itself, through a field or register_module in one of its children";
            throw new CaptureRefusedException($"Cannot export module '{path}' ({module.GetType().Name}): {seen}. Hold the parent in a delegate or an array, which are not registered.") { ModulePath = path };
        }

        if (_modules.TryAdd(module, path))
        {
            foreach ((string name, nn.Module child) in module.named_children())
            {
                Walk(child, path.Length == 0 ? name : $"{path}.{name}", ancestors);
            }
        }

        ancestors.Remove(module);
    }
}
