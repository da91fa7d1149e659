using System.Collections.Concurrent;
using System.Reflection;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>A call of TorchSharp that was made while forward ran.</summary>
internal sealed class RecordedCall
{
    private static readonly ConcurrentDictionary<Type, string> TypeNames = [];

    /// <summary>The method.</summary>
    public required MethodBase Method { get; init; }

    /// <summary>What is known of it.</summary>
    public required CallRule Rule { get; init; }

    /// <summary>TorchSharp's name for it: the module's type, or the function's canonical name.</summary>
    public string OperationName => Rule.IsModule && Arguments[0] is nn.Module module ? TypeNames.GetOrAdd(module.GetType(), static type => type.Name.Split('`')[0]) : Rule.Name;

    /// <summary>Snapshots of its arguments, the receiver first.</summary>
    public required object?[] Arguments { get; init; }

    /// <summary>The tensors that came out; of an operation in place, the tensor that was written to first.</summary>
    public required Tensor[] Results { get; init; }

    /// <summary>The shapes of the results.</summary>
    public required long[][] Shapes { get; init; }

    /// <summary>The element types of the results.</summary>
    public required ScalarType[] Types { get; init; }

    /// <summary>The storages of the results.</summary>
    public required nint[] Storages { get; init; }

    /// <summary>The results, where nothing that depends on an input went in; null otherwise. They share the memory of the results.</summary>
    public Tensor[]? Constants { get; set; }

    /// <summary>The axis whose size the values of a tensor decide; null where none is.</summary>
    public PickedAxis? Picked { get; init; }

    /// <summary>The argument that was written to; -1 where none was.</summary>
    public required int Target { get; init; }

    /// <summary>The storage of that argument.</summary>
    public nint TargetStorage { get; init; }

    /// <summary>The path of the module in whose code the call was made, or of the module that was called.</summary>
    public required string ModulePath { get; init; }

    /// <summary>The innermost call in the user's own code; null where there is none.</summary>
    public required CallSite? Site { get; init; }
}
