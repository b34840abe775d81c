using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Discord.Host;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Discord.UnitTests.Host;

public sealed class TlsCertificateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tls-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_a_setting_one_is_made_and_kept()
    {
        var first = Subject(Open());
        Assert.True(File.Exists(Path.Combine(_folder, "tls.pfx")));
        Assert.Equal("CN=localhost", first.Subject);
        Assert.Equal(first.Thumbprint, Subject(Open()).Thumbprint);
    }

    [Fact]
    public void It_has_every_name_that_clients_may_use()
    {
        var names = Subject(Open(("PublicUrl", "https://chat.example.org:8443/"), ("Voice:Endpoint", "voice.example.org:8443/voice"), ("Voice:PublicAddress", "203.0.113.7")))
            .Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Superset(new HashSet<string> { "localhost", "chat.example.org", "voice.example.org" }, names.EnumerateDnsNames().ToHashSet());
        Assert.Superset(new HashSet<IPAddress> { IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("203.0.113.7") }, names.EnumerateIPAddresses().ToHashSet());
        if (Uri.CheckHostName(Dns.GetHostName()) == UriHostNameType.Dns)
            Assert.Contains(Dns.GetHostName(), names.EnumerateDnsNames(), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void Settings_that_are_no_names_do_not_keep_it_from_being_made() =>
        Assert.Equal("CN=localhost", Subject(Open(("PublicUrl", "not an address"), ("Voice:Endpoint", "a b/voice"), ("Voice:PublicAddress", "nowhere_"))).Subject);

    [Fact]
    public void Bots_find_the_certificate_without_its_key_also_beside_one_that_was_made_before()
    {
        var made = Subject(Open());
        Check();
        File.Delete(InFolder("tls.pem"));
        Open();
        Check();
        File.WriteAllText(InFolder("tls.pem"), "of another");
        Open();
        Check();

        void Check()
        {
            Assert.Equal(made.ExportCertificatePem() + "\n", File.ReadAllText(InFolder("tls.pem")));
            if (!OperatingSystem.IsWindows())
            {
                Assert.True(File.GetUnixFileMode(InFolder("tls.pem")).HasFlag(UnixFileMode.UserRead | UnixFileMode.GroupRead));
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(InFolder("tls.pfx")));
            }
        }
    }

    [Fact]
    public void One_of_its_own_that_is_broken_is_told_in_words()
    {
        File.WriteAllText(InFolder("tls.pfx"), "broken");
        Assert.StartsWith($"{InFolder("tls.pfx")} cannot be used: ", Assert.Throws<InvalidOperationException>(() => Open()).Message);
    }

    [Theory, InlineData(false, null), InlineData(true, null), InlineData(true, "secret")]
    public void Pem_files_are_taken_with_the_key_beside_or_inside(bool isBeside, string? password)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = Make("CN=one", key);
        var pem = password is null ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        var (file, keyFile) = (InFolder("one.pem"), InFolder("key.pem"));
        File.WriteAllText(file, made.ExportCertificatePem() + "\n" + (isBeside ? "" : pem));
        File.WriteAllText(keyFile, pem);
        var opened = Subject(Open(("Listen:Certificate", file), ("Listen:CertificateKey", isBeside ? keyFile : ""), ("Listen:CertificatePassword", password ?? "")));
        Assert.Equal(made.Thumbprint, opened.Thumbprint);
        Assert.True(opened.HasPrivateKey);
    }

    [Fact]
    public void A_renewed_file_is_read_again_and_a_half_renewed_one_is_not()
    {
        var (file, keyFile) = (InFolder("one.pem"), InFolder("key.pem"));
        using var first = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var before = Make("CN=before", first);
        using var after = Make("CN=after", second);
        void Write(X509Certificate2 certificate, ECDsa key, int day)
        {
            File.WriteAllText(file, certificate.ExportCertificatePem());
            File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
            File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc));
        }

        Write(before, first, 1);
        var certificate = Open(("Listen:Certificate", file), ("Listen:CertificateKey", keyFile));
        Assert.Equal("CN=before", Subject(certificate).Subject);
        Write(after, first, 2);
        Assert.Equal("CN=before", Subject(certificate).Subject);
        Write(after, second, 2);
        Assert.Equal("CN=after", Subject(certificate).Subject);
    }

    [Fact]
    public void A_file_that_was_renewed_behind_a_link_is_read_again()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (file, link) = (InFolder("real.pem"), InFolder("link.pem"));
        void Write(string name, int day)
        {
            using var made = Make(name, key);
            File.WriteAllText(file, made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
            File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc));
        }

        Write("CN=before", 1);
        File.CreateSymbolicLink(link, file);
        var certificate = Open(("Listen:Certificate", link));
        Assert.Equal("CN=before", Subject(certificate).Subject);
        Write("CN=after", 2);
        Assert.Equal("CN=after", Subject(certificate).Subject);
        File.Delete(file);
        Assert.Equal("CN=after", Subject(certificate).Subject);
    }

    [Fact]
    public void Doctor_tells_until_when_it_is_good_and_makes_none()
    {
        (bool IsGood, string Words) Examine(int year, params (string Key, string Value)[] settings) => TlsCertificate.Examine(Configuration(settings), _folder, new DateTimeOffset(year, 6, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal((true, "HTTPS: the first start makes a certificate and signs it itself."), Examine(2026));
        Assert.Empty(Directory.EnumerateFiles(_folder));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = Make("CN=one", key);
        File.WriteAllText(InFolder("one.pem"), made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        Assert.Equal((true, "HTTPS: the certificate is good until 2036-01-01."), Examine(2035, ("Listen:Certificate", InFolder("one.pem"))));
        Assert.Equal((false, "HTTPS: the certificate ended on 2036-01-01, clients refuse it. Renew Listen:Certificate."), Examine(2036, ("Listen:Certificate", InFolder("one.pem"))));

        Open();
        Assert.EndsWith($"Delete {InFolder("tls.pfx")}, and the next start makes another.", Examine(9000).Words);
    }

    [Fact]
    public void A_pfx_file_is_opened_by_its_password()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = Make("CN=pfx", key);
        var file = InFolder("one.pfx");
        File.WriteAllBytes(file, made.Export(X509ContentType.Pkcs12, "secret"));
        Assert.Equal("CN=pfx", Subject(Open(("Listen:Certificate", file), ("Listen:CertificatePassword", "secret"))).Subject);
        Assert.StartsWith("Listen:Certificate is", Assert.Throws<InvalidOperationException>(() => Open(("Listen:Certificate", file), ("Listen:CertificatePassword", "wrong"))).Message);
    }

    [Fact]
    public void What_cannot_be_used_is_told_in_words_at_the_start() =>
        Assert.Contains("missing.pem", Assert.Throws<InvalidOperationException>(() => Open(("Listen:Certificate", InFolder("missing.pem")))).Message);

    private TlsCertificate Open(params (string Key, string Value)[] settings) =>
        TlsCertificate.Open(Configuration(settings), _folder);

    private static IConfigurationRoot Configuration((string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    private static X509Certificate2 Subject(TlsCertificate certificate) => certificate.Options.ServerCertificateContext!.TargetCertificate;

    private string InFolder(string name) => Path.Combine(_folder, name);

    private static X509Certificate2 Make(string name, ECDsa key) =>
        new CertificateRequest(name, key, HashAlgorithmName.SHA256).CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
}
