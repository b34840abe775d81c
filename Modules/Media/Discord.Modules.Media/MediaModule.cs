using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Media.Attachments;
using Discord.Modules.Media.Blobs;
using Discord.Modules.Media.Cdn;
using Discord.Modules.Media.Images;
using Discord.Modules.Media.Storage;
using Discord.Modules.Media.Uploads;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discord.Modules.Media;

/// <summary>Files: uploads, the blob store, who refers to which blob, and the paths at which files are read.</summary>
public sealed class MediaModule : IModule
{
    public string Name => "Media";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        var options = MediaOptions.Read(configuration);
        services.AddSingleton(options);
        services.AddSingleton<IBlobStore>(new FolderBlobStore(options.Folder));
        services.AddSingleton<MediaStore>();
        services.AddHostedService(provider => provider.GetRequiredService<BlobKeeper>());
        services.AddSingleton<FileUploads>();
        services.AddSingleton<IUploads>(provider => provider.GetRequiredService<FileUploads>());
        services.AddSingleton<UploadTarget>();
        services.AddSingleton<IImages>(provider => provider.GetRequiredService<ImageFiles>());
        services.AddSingleton<IAttachments>(provider => provider.GetRequiredService<MessageAttachments>());
        services.AddSingleton<ContentDelivery>();
    }

    public void Map(IEndpointRouteBuilder routes) => routes.ServiceProvider.GetRequiredService<ContentDelivery>().Map(routes);
}

/// <summary>The section "Media" of the settings.</summary>
/// <param name="Folder">Where blobs are kept; the host fills in the data folder's "blobs".</param>
/// <param name="MaxFileBytes">Of one file, for everybody.</param>
/// <param name="MaxPremiumFileBytes">Of one file, for premium users.</param>
/// <param name="AttachmentUrlLifetime">How long the address of an attachment can be used.</param>
internal sealed record MediaOptions(string Folder, long MaxFileBytes, long MaxPremiumFileBytes, TimeSpan AttachmentUrlLifetime)
{
    public static MediaOptions Read(IConfiguration section)
    {
        var most = section.GetValue("MaxFileBytes", 25L << 20);
        var premium = section.GetValue("MaxPremiumFileBytes", 500L << 20);
        var hours = section.GetValue("AttachmentUrlHours", 14 * 24);
        if (most < 1 || premium < most)
            throw new InvalidOperationException("Media:MaxFileBytes must be 1 or more, and Media:MaxPremiumFileBytes not less than it.");
        if (hours < 1)
            throw new InvalidOperationException("Media:AttachmentUrlHours must be 1 or more.");
        return new MediaOptions(section["Folder"] is { Length: > 0 } folder ? folder : "blobs", most, premium, TimeSpan.FromHours(hours));
    }
}
