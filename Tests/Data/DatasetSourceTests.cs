using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;

namespace OnnxInit.Tests.Data;

public class DatasetSourceTests
{
    private const string Expected =
        "Expected 'synthetic', 'synthetic:TRAIN' (a number of training images), 'synthetic:TRAIN:SEED', 'cifar10' (after 'onnxinit data fetch'), "
        + "or the path of the folder cifar-10-batches-bin, of a folder that contains it, or of cifar-10-binary.tar.gz.";

    [Fact]
    public void Synthetic_has_the_default_size()
    {
        ImageDataset dataset = DatasetSource.Open("synthetic");

        dataset.Name.Should().Be("synthetic");
        (dataset.Train.Count, dataset.Test.Count).Should().Be((10_000, 2_000));
    }

    [Fact]
    public void Size_and_seed_follow_after_colons()
    {
        DatasetSource.Open("synthetic:50").Digest.Should().Be(SyntheticImages.CreateDataset(50, 10, seed: 0).Digest);
        DatasetSource.Open("synthetic:50:-3").Digest.Should().Be(SyntheticImages.CreateDataset(50, 10, seed: -3).Digest);
    }

    [Fact]
    public void A_path_is_read_as_cifar10()
    {
        using TemporaryFolder folder = new();
        SmallCifar10.WriteFolder(folder.Path, SmallCifar10.Files());

        Action open = () => DatasetSource.Open(folder.Path);

        open.Should().Throw<InvalidInputException>("the files are far too small").WithMessage($"Cannot read CIFAR-10 from '{folder.Path}': data_batch_1.bin has 9,219 bytes*");
    }

    [Fact]
    public void Cifar10_is_the_archive_in_the_cache()
    {
        using TemporaryFolder cache = new();
        string archive = SmallCifar10.WriteOfficialArchive(cache["cifar-10-binary.tar.gz"]);

        Action open = () => DatasetSource.Open("cifar10", archive);

        open.Should().Throw<InvalidInputException>("the files are far too small").WithMessage($"Cannot read CIFAR-10 from '{archive}': data_batch_1.bin has 9,219 bytes*");
    }

    [Fact]
    public void Cifar10_that_is_not_in_the_cache_is_an_error_that_says_how_to_get_it()
    {
        Action open = () => DatasetSource.Open("cifar10", "/no/cache/cifar-10-binary.tar.gz");

        open.Should().Throw<InvalidInputException>().WithMessage(
            "CIFAR-10 has not been downloaded: '/no/cache/cifar-10-binary.tar.gz' does not exist. Run 'onnxinit data fetch', name a copy with '--data PATH', or use '--data synthetic'.");
    }

    [Theory]
    [InlineData("cifar100", "There is no data set 'cifar100'. " + Expected)]
    [InlineData("", "There is no data set ''. " + Expected)]
    [InlineData("synthetic:", "The data set 'synthetic:' is not understood. " + Expected)]
    [InlineData("synthetic:many", "The data set 'synthetic:many' is not understood. " + Expected)]
    [InlineData("synthetic:10:x", "The data set 'synthetic:10:x' is not understood. " + Expected)]
    [InlineData("synthetic:10:1:1", "The data set 'synthetic:10:1:1' is not understood. " + Expected)]
    [InlineData("synthetic:4", "The data set 'synthetic:4' asks for 4 training images; expected 5 to 699,050.")]
    [InlineData("synthetic:700000", "The data set 'synthetic:700000' asks for 700,000 training images; expected 5 to 699,050.")]
    public void Anything_else_is_an_error_that_says_what_works(string text, string message)
    {
        Action open = () => DatasetSource.Open(text);

        open.Should().Throw<InvalidInputException>().WithMessage(message);
    }
}
