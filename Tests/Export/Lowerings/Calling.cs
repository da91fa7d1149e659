using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>A module that calls another one in a way of its own.</summary>
/// <typeparam name="TModule">The other module's type.</typeparam>
public sealed class Calling<TModule> : nn.Module
    where TModule : nn.Module
{
    private readonly TModule _inner;
    private readonly Func<TModule, Tensor[], object> _call;

    /// <param name="inner">The module.</param>
    /// <param name="call">Calls it with the inputs.</param>
    public Calling(TModule inner, Func<TModule, Tensor[], object> call)
        : base(nameof(Calling<TModule>))
    {
        (_inner, _call) = (inner, call);
        register_module("inner", _inner);
    }

    public object forward(Tensor first, Tensor? second = null, Tensor? third = null, Tensor? fourth = null, Tensor? fifth = null, Tensor? sixth = null) =>
        _call(_inner, [.. new[] { first, second, third, fourth, fifth, sixth }.Where(input => input is not null).Select(input => input!)]);
}
