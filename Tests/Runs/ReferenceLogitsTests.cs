using OnnxInit.Contracts;
using OnnxInit.Contracts.Runs;
using OnnxInit.Contracts.Safetensors;

namespace OnnxInit.Tests.Runs;

public sealed class ReferenceLogitsTests : IDisposable
{
    private static readonly Dictionary<string, string> Metadata = new() { ["dataset.digest"] = "abc", ["split"] = "test" };

    private readonly string _folder = Directory.CreateTempSubdirectory("onnxinit-runs-").FullName;

    private string FilePath => Path.Combine(_folder, "reference.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_reference_comes_back()
    {
        new ReferenceLogits([1, 2, 3, 4, 5, 6], [0, 2], 3, "abc", "test").Save(FilePath);

        ReferenceLogits reference = ReferenceLogits.Load(FilePath);

        reference.Logits.Should().Equal(1, 2, 3, 4, 5, 6);
        reference.Labels.Should().Equal(0, 2);
        reference.Count.Should().Be(2);
        reference.ClassCount.Should().Be(3);
        reference.DatasetDigest.Should().Be("abc");
        reference.Split.Should().Be("test");
    }

    [Fact]
    public void The_file_is_safetensors_that_other_programs_read()
    {
        new ReferenceLogits([1, 2, 3, 4, 5, 6], [0, 2], 3, "abc", "test").Save(FilePath);

        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        file.Tensors["logits"].Should().BeEquivalentTo(new SafetensorsEntry("logits", SafetensorsType.Float32, [2, 3], 24, 0));
        file.Tensors["labels"].Should().BeEquivalentTo(new SafetensorsEntry("labels", SafetensorsType.UInt8, [2], 2, 24));
        file.Metadata.Should().BeEquivalentTo(Metadata);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Save([Tensor("logits", [6], new float[6]), Tensor("labels", [2], new byte[2])], Metadata);
        Loading().WithMessage($"The reference '{FilePath}' has 'logits' of shape [6] and 'labels' of shape [2]; expected [N, K] and [N], at least one of each. Train or export again to write it anew.");

        Save([Tensor("logits", [2, 3], new float[6]), Tensor("labels", [3], new byte[3])], Metadata);
        Loading().WithMessage("*'logits' of shape [2, 3] and 'labels' of shape [3]; expected [N, K] and [N]*");

        Save([Tensor("logits", [0, 3], Array.Empty<float>()), Tensor("labels", [0], Array.Empty<byte>())], Metadata);
        Loading().WithMessage("*'logits' of shape [0, 3] and 'labels' of shape [0]; expected*");
    }

    [Fact]
    public void Tensors_and_metadata_that_are_missing_are_named()
    {
        Save([Tensor("logits", [2, 3], new float[6])], Metadata);
        Loading().WithMessage($"'{FilePath}' has no tensor 'labels'; it has 'logits'.*");

        Save([Tensor("logits", [1, 1], new double[1]), Tensor("labels", [1], new byte[1])], Metadata);
        Loading().WithMessage($"Tensor 'logits' in '{FilePath}' is of type F64; expected F32.*");

        Save([Tensor("logits", [1, 1], new float[1]), Tensor("labels", [1], new byte[1])], new() { ["split"] = "test" });
        Loading().WithMessage($"The reference '{FilePath}' has no 'dataset.digest' in its metadata; expected 'dataset.digest' and 'split', found split. Train or export again to write it anew.");

        Save([Tensor("logits", [1, 1], new float[1]), Tensor("labels", [1], new byte[1])], []);
        Loading().WithMessage("*found nothing.*");
    }

    [Fact]
    public void Logits_are_labels_times_classes()
    {
        FluentActions.Invoking(() => new ReferenceLogits(new float[5], new byte[2], 3, "", "test")).Should().Throw<ArgumentException>()
            .WithMessage("2 labels of 3 classes want 6 logits, at least one, and there are 5.*");
        FluentActions.Invoking(() => new ReferenceLogits([], [], 3, "", "test")).Should().Throw<ArgumentException>();
    }

    private static SafetensorsTensor Tensor<T>(string name, long[] shape, T[] values)
        where T : unmanaged => SafetensorsTensor.Create(name, shape, values);

    private void Save(SafetensorsTensor[] tensors, Dictionary<string, string> metadata) => SafetensorsWriter.Save(FilePath, tensors, metadata);

    private FluentAssertions.Specialized.ExceptionAssertions<InvalidInputException> Loading() =>
        FluentActions.Invoking(() => ReferenceLogits.Load(FilePath)).Should().Throw<InvalidInputException>();
}
