using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Graph;

/// <summary>Where tensors keep their elements: what tells that two share memory. TorchSharp has the functions, and does not publish them for every element type.</summary>
internal static class TensorAddress
{
    private static readonly Func<IntPtr, IntPtr> StorageFunction = Native("THSStorage_data_ptr");
    private static readonly Func<IntPtr, IntPtr> DataFunction = Native("THSTensor_data");

    /// <summary>The start of the storage, which all views of a tensor share; 0 where it has none.</summary>
    public static nint OfStorage(Tensor tensor) => tensor.is_sparse || tensor.device_type == DeviceType.META ? 0 : StorageFunction(tensor.Handle);

    /// <summary>The first element.</summary>
    public static nint OfData(Tensor tensor) => DataFunction(tensor.Handle);

    private static Func<IntPtr, IntPtr> Native(string name) =>
        typeof(torch).Assembly.GetType("TorchSharp.PInvoke.NativeMethods", throwOnError: true)!
            .GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!.CreateDelegate<Func<IntPtr, IntPtr>>();
}
