using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>A module around a function of tensors.</summary>
/// <param name="function">The function; its result is a tensor, or a tuple, array or list of tensors.</param>
/// <param name="inputs">How many tensors it takes.</param>
public sealed class Function(Func<Tensor[], object> function, int inputs) : nn.Module(nameof(Function))
{
    public int InputCount => inputs;

    public object forward(Tensor first, Tensor? second = null, Tensor? third = null) =>
        function(second is null ? [first] : third is null ? [first, second] : [first, second, third]);
}
