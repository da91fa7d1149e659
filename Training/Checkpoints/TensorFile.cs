using OnnxInit.Contracts;
using OnnxInit.Contracts.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Checkpoints;

/// <summary>TorchSharp tensors in safetensors files: with or without a model, readable by PyTorch's library and the other way round.</summary>
/// <example><code>
/// TensorFile.Save("weights.safetensors", model.state_dict());
/// TensorFile.LoadInto(model, "weights.safetensors");
/// </code></example>
public static class TensorFile
{
    private static readonly Dictionary<ScalarType, SafetensorsType> Types = new()
    {
        [ScalarType.Bool] = SafetensorsType.Bool,
        [ScalarType.Byte] = SafetensorsType.UInt8,
        [ScalarType.Int8] = SafetensorsType.Int8,
        [ScalarType.Int16] = SafetensorsType.Int16,
        [ScalarType.Int32] = SafetensorsType.Int32,
        [ScalarType.Int64] = SafetensorsType.Int64,
        [ScalarType.Float16] = SafetensorsType.Float16,
        [ScalarType.BFloat16] = SafetensorsType.BFloat16,
        [ScalarType.Float32] = SafetensorsType.Float32,
        [ScalarType.Float64] = SafetensorsType.Float64,
    };

    /// <summary>Writes tensors, whole or not at all.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="tensors">By name; on any device, contiguous or not.</param>
    /// <param name="metadata">Texts to carry along.</param>
    /// <exception cref="NotSupportedException">A tensor's type is none that safetensors knows (complex, quantised); names every one.</exception>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        KeyValuePair<string, Tensor>[] all = [.. tensors];
        string[] unknown = [.. all.Where(pair => !Types.ContainsKey(pair.Value.dtype)).Select(pair => $"'{pair.Key}' ({pair.Value.dtype})")];
        if (unknown.Length > 0)
        {
            throw new NotSupportedException($"safetensors has no type for {string.Join(", ", unknown)}; convert with .to(dtype) first.");
        }

        SafetensorsWriter.Save(path, all.Select(pair => Describe(pair.Key, pair.Value)), metadata);
    }

    /// <summary>Reads every tensor of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the tensors go; null for the CPU.</param>
    /// <returns>By name; they belong to the caller, or to the caller's dispose scope.</returns>
    /// <exception cref="InvalidInputException">The file is absent or broken.</exception>
    /// <exception cref="NotSupportedException">A tensor's type is none that TorchSharp has.</exception>
    public static IReadOnlyDictionary<string, Tensor> Load(string path, Device? device = null)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return file.Tensors.Keys.ToDictionary(name => name, name => Read(file, name, device), StringComparer.Ordinal);
    }

    /// <summary>Reads one tensor of an open file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="device">Where it goes; null for the CPU.</param>
    /// <exception cref="InvalidInputException">There is no such tensor, or it cannot be read.</exception>
    /// <exception cref="NotSupportedException">Its type is none that TorchSharp has.</exception>
    public static Tensor Read(SafetensorsFile file, string name, Device? device = null)
    {
        SafetensorsEntry entry = file.Find(name);
        ScalarType[] type = [.. Types.Where(pair => pair.Value == entry.Type).Select(pair => pair.Key)];
        if (type.Length == 0)
        {
            throw new NotSupportedException($"'{file.FilePath}': tensor '{name}' is {entry.Type.Spelling()}, which TorchSharp has no type for.");
        }

        Tensor result = empty([.. entry.Shape], dtype: type[0]);
        if (result.NumberOfElements > 0)
        {
            const int chunk = 1 << 28; // a span holds at most 2 GB
            using Tensor flat = result.reshape(-1);
            int elements = chunk / (int)result.ElementSize;
            for (long start = 0; start < result.NumberOfElements; start += elements)
            {
                using Tensor part = flat.narrow(0, start, Math.Min(elements, result.NumberOfElements - start));
                file.ReadPart(name, start * result.ElementSize, part.bytes);
            }
        }

        if (device is null || device.type == DeviceType.CPU)
        {
            return result;
        }

        using (result)
        {
            return result.to(device);
        }
    }

    /// <summary>Copies a file's tensors into a module's parameters and buffers of the same names.</summary>
    /// <param name="module">The module; unchanged when anything does not fit.</param>
    /// <param name="path">The file.</param>
    /// <param name="strict">Whether names that only one side has are an error.</param>
    /// <exception cref="InvalidInputException">Names every tensor that is missing, unexpected, of another shape, or of a type that TorchSharp lacks.</exception>
    public static void LoadInto(nn.Module module, string path, bool strict = true)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        LoadInto(module, file, file.Tensors.Keys, strict, problems: []);
    }

    /// <summary>As above, of a file with more in it.</summary>
    /// <param name="module">The module.</param>
    /// <param name="file">The file.</param>
    /// <param name="candidates">The names in the file that are meant for the module.</param>
    /// <param name="strict">Whether names that only one side has are an error.</param>
    /// <param name="problems">What is wrong with the rest of the file; named with the module's own.</param>
    internal static void LoadInto(nn.Module module, SafetensorsFile file, IEnumerable<string> candidates, bool strict, List<string> problems)
    {
        Dictionary<string, Tensor> own = module.state_dict();
        if (strict)
        {
            problems.AddRange(own.Keys.Where(name => !file.Tensors.ContainsKey(name)).Select(name => $"'{name}' is missing"));
            problems.AddRange(candidates.Where(name => !own.ContainsKey(name)).Select(name => $"'{name}' is not in the model"));
        }

        foreach ((string name, Tensor tensor) in own)
        {
            if (file.Tensors.TryGetValue(name, out SafetensorsEntry? entry))
            {
                problems.AddRange(Misfits(entry, tensor));
            }
        }

        if (problems.Count > 0)
        {
            throw new InvalidInputException($"'{file.FilePath}' does not fit the model: {string.Join("; ", problems)}. Load the file of this model, or build the model of this file.");
        }

        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Tensor tensor) in own)
        {
            if (file.Tensors.ContainsKey(name))
            {
                tensor.copy_(Read(file, name));
            }
        }
    }

    /// <summary>What keeps a stored tensor from being copied into one of the program.</summary>
    internal static IEnumerable<string> Misfits(SafetensorsEntry entry, Tensor tensor)
    {
        if (!entry.Shape.SequenceEqual(tensor.shape))
        {
            yield return $"'{entry.Name}' is [{string.Join(", ", entry.Shape)}], expected [{string.Join(", ", tensor.shape)}]";
        }

        if (!Types.ContainsValue(entry.Type))
        {
            yield return $"'{entry.Name}' is {entry.Type.Spelling()}, which TorchSharp has no type for";
        }
    }

    private static SafetensorsTensor Describe(string name, Tensor tensor) => new(name, Types[tensor.dtype], tensor.shape, stream =>
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor host = tensor.detach().cpu().contiguous();
        if (host.NumberOfElements > 0)
        {
            host.WriteBytesToStream(stream);
        }
    });
}
