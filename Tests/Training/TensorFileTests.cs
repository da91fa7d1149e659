using OnnxInit.Contracts;
using OnnxInit.Contracts.Safetensors;
using OnnxInit.Tests.Data;
using OnnxInit.Training.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training;

public sealed class TensorFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private string FilePath => _folder["tensors.safetensors"];

    public static TheoryData<ScalarType> Types =>
    [
        ScalarType.Bool, ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64,
        ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64,
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_comes_back_as_it_was(ScalarType type)
    {
        Tensor original = arange(6).reshape(2, 3).to(type);

        Tensor read = RoundTrip(original);

        read.dtype.Should().Be(type);
        read.shape.Should().Equal(2, 3);
        read.bytes.ToArray().Should().Equal(original.bytes.ToArray());
    }

    [Fact]
    public void Values_that_are_no_numbers_come_back_bit_for_bit()
    {
        float[] values = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0.0f, float.Epsilon, float.MaxValue];

        RoundTrip(tensor(values)).data<float>().ToArray().Select(BitConverter.SingleToInt32Bits).Should().Equal(values.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void A_tensor_that_is_not_contiguous_is_written_in_the_order_of_its_indices()
    {
        // ((0, 1, 2), (3, 4, 5)) transposed; every other column of that; an axis of stride 0.
        Tensor matrix = arange(6, dtype: ScalarType.Float32).reshape(2, 3);

        RoundTrip(matrix.t()).data<float>().ToArray().Should().Equal(0, 3, 1, 4, 2, 5);
        RoundTrip(matrix.slice(1, 0, 3, 2)).data<float>().ToArray().Should().Equal(0, 2, 3, 5);
        RoundTrip(matrix[1].unsqueeze(0).expand(2, 3)).data<float>().ToArray().Should().Equal(3, 4, 5, 3, 4, 5);
    }

    [Theory]
    [InlineData(new long[0], 1)]
    [InlineData(new long[] { 0 }, 0)]
    [InlineData(new long[] { 3, 0, 2 }, 0)]
    [InlineData(new long[] { 1, 1, 1 }, 1)]
    public void Scalars_and_empty_tensors_keep_their_shape(long[] shape, long elements)
    {
        Tensor read = RoundTrip(ones(shape));

        read.shape.Should().Equal(shape);
        read.NumberOfElements.Should().Be(elements);
    }

    [Fact]
    public void A_parameter_is_written_without_its_history() => RoundTrip(nn.Linear(2, 2).weight).requires_grad.Should().BeFalse();

    [Fact]
    public void Metadata_is_carried_along()
    {
        TensorFile.Save(FilePath, Named("a", ones(1)), new Dictionary<string, string> { ["epoch"] = "3" });

        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        file.Metadata.Should().Equal(new Dictionary<string, string> { ["epoch"] = "3" });
    }

    [Fact]
    public void Types_that_the_format_does_not_know_are_all_named_and_nothing_is_written()
    {
        Action save = () => TensorFile.Save(FilePath, [.. Named("a", ones(1)), .. Named("b", ones(1, dtype: ScalarType.ComplexFloat32)), .. Named("c", ones(1, dtype: ScalarType.ComplexFloat64))]);

        save.Should().Throw<NotSupportedException>().WithMessage("safetensors has no type for 'b' (ComplexFloat32), 'c' (ComplexFloat64); convert with .to(dtype) first.");
        File.Exists(FilePath).Should().BeFalse();
    }

    [Fact]
    public void A_type_that_TorchSharp_does_not_know_is_an_error()
    {
        SafetensorsWriter.Save(FilePath, [SafetensorsTensor.Create("a", [1], new ushort[] { 1 })]);

        FluentActions.Invoking(() => TensorFile.Load(FilePath)).Should().Throw<NotSupportedException>().WithMessage($"'{FilePath}': tensor 'a' is U16, which TorchSharp has no type for.");
    }

    [Fact]
    public void A_module_takes_its_tensors_from_a_file()
    {
        Sequential saved = Network(4);
        TensorFile.Save(FilePath, saved.state_dict());
        Sequential loaded = Network(4);

        TensorFile.LoadInto(loaded, FilePath);

        Bytes(loaded).Should().Equal(Bytes(saved));
        loaded.parameters().Should().OnlyContain(parameter => parameter.requires_grad);
    }

    [Fact]
    public void Everything_that_does_not_fit_is_named_and_the_module_stays_as_it_was()
    {
        TensorFile.Save(FilePath, [.. Named("first.weight", ones(4, 3)), .. Named("second.weight", ones(2, 5)), .. Named("third.weight", ones(1))]);
        Sequential module = Network(4);
        byte[] before = Bytes(module);

        FluentActions.Invoking(() => TensorFile.LoadInto(module, FilePath)).Should().Throw<InvalidInputException>().WithMessage(
            $"'{FilePath}' does not fit the model: 'first.bias' is missing; 'second.bias' is missing; 'third.weight' is not in the model; "
            + "'second.weight' is [2, 5], expected [2, 4]. Load the file of this model, or build the model of this file.");
        Bytes(module).Should().Equal(before);
    }

    [Fact]
    public void A_type_that_cannot_be_loaded_is_named_with_the_rest_and_the_module_stays_as_it_was()
    {
        SafetensorsWriter.Save(FilePath,
        [
            SafetensorsTensor.Create("first.weight", [4, 3], new float[12]), SafetensorsTensor.Create("first.bias", [4], new ushort[4]),
            SafetensorsTensor.Create("second.weight", [2, 4], new float[8]), SafetensorsTensor.Create("second.bias", [2], new float[2]),
        ]);
        Sequential module = Network(4);
        byte[] before = Bytes(module);

        FluentActions.Invoking(() => TensorFile.LoadInto(module, FilePath)).Should().Throw<InvalidInputException>().WithMessage(
            $"'{FilePath}' does not fit the model: 'first.bias' is U16, which TorchSharp has no type for. Load the file of this model, or build the model of this file.");
        Bytes(module).Should().Equal(before);
    }

    [Fact]
    public void Without_strictness_what_both_sides_have_is_loaded()
    {
        TensorFile.Save(FilePath, [.. Named("first.bias", full(4, 7)), .. Named("other", ones(1))]);
        Sequential module = Network(4);

        TensorFile.LoadInto(module, FilePath, strict: false);

        module.state_dict()["first.bias"].data<float>().ToArray().Should().Equal(7, 7, 7, 7);
    }

    [Fact]
    public void Nothing_but_the_tensors_asked_for_stays_alive()
    {
        TensorFile.Save(FilePath, Network(4).state_dict());
        Sequential module = Network(4);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        TensorFile.LoadInto(module, FilePath);
        TensorFile.Save(FilePath, module.state_dict());
        IReadOnlyDictionary<string, Tensor> tensors = TensorFile.Load(FilePath);

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before + tensors.Count);
    }

    private static Sequential Network(int width) => nn.Sequential(("first", nn.Linear(3, width)), ("second", nn.Linear(width, 2)));

    private static byte[] Bytes(nn.Module module) => [.. module.state_dict().SelectMany(pair => pair.Value.bytes.ToArray())];

    private static KeyValuePair<string, Tensor>[] Named(string name, Tensor tensor) => [KeyValuePair.Create(name, tensor)];

    private Tensor RoundTrip(Tensor tensor)
    {
        TensorFile.Save(FilePath, Named("tensor", tensor));
        return TensorFile.Load(FilePath)["tensor"];
    }
}
