import { imageEngine } from './engine.ts';
import { buildProductImage } from './product-image.ts';

/** `npm run image`: builds the image and prints its name and size. */
const engine = await imageEngine();
try {
  const { name, size, baseImages } = await buildProductImage(engine);
  console.log(
    `${name}: ${Math.round(size / 1e6)} MB, of ${baseImages.join(' and ')}, in ${engine.source}`,
  );
} finally {
  await engine.stop();
}
