// A QR code in a photo, read by the browser's own detector. Many have none: then a person scans with the camera's app.

interface Detector {
  detect(image: ImageBitmapSource): Promise<readonly { readonly rawValue: string }[]>;
}

type DetectorClass = new (options: { formats: readonly string[] }) => Detector;

function detectorClass(): DetectorClass | undefined {
  return (window as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
}

/** The text of the first QR code in the photo, or null. */
export async function readPhoto(photo: Blob): Promise<string | null> {
  const Found = detectorClass();
  if (Found === undefined) return null;
  try {
    const codes = await new Found({ formats: ["qr_code"] }).detect(await createImageBitmap(photo));
    return codes[0]?.rawValue ?? null;
  } catch {
    return null; // not a picture, or the detector is missing its parts: the same to a person
  }
}

readPhoto.isPossible = (): boolean => detectorClass() !== undefined;
